// Runs llama.cpp on a GGUF file at the word of whoever started this: "prefill N" and "step N" are answered with the
// milliseconds of each, in one line; "quit" ends it. usage: node peer.mjs MODEL.gguf THREADS PROMPT_TOKENS
import { createInterface } from "node:readline";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [, , modelPath, threads, promptTokens] = process.argv;
const llama = await getLlama({
  gpu: false,
  build: "never",
  maxThreads: Number(threads),
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({
  contextSize: 512,
  batchSize: Math.max(64, Number(promptTokens)),
  threads: Number(threads),
});
const sequence = context.getSequence();
const prompt = Array.from({ length: Number(promptTokens) }, (_, i) => 5 + (i % 300));

async function timed(tokens) {
  const start = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(tokens);
  return performance.now() - start;
}

const commands = {
  async prefill() {
    await sequence.clearHistory();
    return timed(prompt);
  },
  async step() {
    return timed([20]);
  },
};

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const [name, count] = line.split(" ");
  if (name === "quit") break;
  const times = [];
  for (let i = 0; i < Number(count); i++) times.push((await commands[name]()).toFixed(3));
  console.log(times.join(" "));
}
process.exit(0);
