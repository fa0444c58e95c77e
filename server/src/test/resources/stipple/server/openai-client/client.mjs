// OpenAI's own Node client, unmodified, against the server whose address is the argument.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import OpenAI from 'openai';

const [base, input] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'unused' });

const models = await client.models.list();
assert.equal(models.data[0].id, 'tiny');

const drawn = await client.images.generate({ model: 'tiny', prompt: 'a red apple', n: 2, seed: 7, output_format: 'webp' });
assert.equal(drawn.data.length, 2);
assert.equal(Buffer.from(drawn.data[0].b64_json, 'base64').subarray(0, 4).toString(), 'RIFF');
assert.equal(drawn.usage.output_tokens, 32);
assert.equal(drawn.parameters.seed, 7);

const stream = await client.images.generate({ prompt: 'a red apple', seed: 7, stream: true, partial_images: 2 });
const types = [];
for await (const event of stream) {
  types.push(event.type);
  assert.equal(Buffer.from(event.b64_json, 'base64').subarray(1, 4).toString(), 'PNG');
}
assert.deepEqual(types, [
  'image_generation.partial_image', 'image_generation.partial_image', 'image_generation.completed',
]);

const edited = await client.images.edit({ image: createReadStream(input), prompt: 'make it blue', seed: 1 });
assert.equal(edited.usage.input_tokens_details.image_tokens, 16);

await assert.rejects(
  client.images.generate({ prompt: 'a red apple', stepz: 3 }),
  (error) => error instanceof OpenAI.BadRequestError && error.param === 'stepz' && error.code === 'unknown_parameter',
);
console.log('all well');
