// Takes the pictures of the README, of a running server with the default model and a folder of runs:
//   node test/screenshots.mjs http://127.0.0.1:8080 ../docs/images emoji-64
import { chromium } from 'playwright-core';

const [base, folder, run] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking'.split(' '),
});
const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
page.setDefaultTimeout(120_000);
// Many soft pictures make a large PNG.
const shot = (name, type = 'png') =>
  page.screenshot({ path: `${folder}/${name}.${type}`, ...(type === 'jpeg' ? { type, quality: 88 } : {}) });
const over = async () => {
  while ((await (await page.request.get(`${base}/v1/jobs`)).json()).data.some((job) => ['queued', 'generating'].includes(job.state))) {
    await page.waitForTimeout(200);
  }
};
const draw = (data) => page.request.post(`${base}/v1/jobs`, { data });

for (const [prompt, seed] of Object.entries({
  'a full moon, flat style': 4,
  'a yellow heart, glossy gradient style': 6,
  'a blue book, flat style': 2,
  'a red heart, flat style': 3,
  'a grinning face, Noto style': 8,
  'a cat face, glossy gradient style': 7,
})) await draw({ prompt, seed });
await draw({ prompt: 'a red apple, flat style', seed: 1, n: 3 });
await over();

await page.goto(base);
await page.waitForFunction(() => !document.querySelector('.go').disabled);
await page.fill('#prompt', 'a cat face, glossy gradient style');
await page.fill('#seed', '7');
await page.fill('#steps', '200');
await page.press('#steps', 'Tab');
await page.click('.go');
await page.waitForFunction(() => Number(document.querySelector('img.rows')?.dataset.row) >= 2);
await shot('studio');
await over();

await page.fill('#prompt', 'a red apple, flat style');
await page.fill('#seed', '1');
await page.fill('#steps', '20');
await page.press('#steps', 'Tab');
await page.emulateMedia({ colorScheme: 'dark' });
await page.goto(`${base}#/compare`);
await page.setViewportSize({ width: 1000, height: 680 });
await page.fill('#guidance', '1, 3, 5');
await page.click('text=Draw the grid');
await page.waitForFunction(() => [...document.querySelectorAll('.comparing td img')].filter((img) => img.naturalWidth > 0).length === 9);
await shot('studio-compare', 'jpeg');

await page.emulateMedia({ colorScheme: 'light' });
await page.setViewportSize({ width: 1200, height: 1080 });
await page.goto(`${base}#/runs/${run}`);
await page.waitForFunction(() => document.querySelector('.samples img')?.naturalWidth > 0);
await page.selectOption('.beside select', '');
await page.waitForTimeout(500);
await shot('studio-run');

await page.emulateMedia({ colorScheme: 'dark' });
await page.setViewportSize({ width: 390, height: 844 });
await page.goto(`${base}#/`);
await page.click('.gallery li:last-child button');
await page.evaluate(() => document.querySelector('.gallery li:nth-last-child(2) button').click());
await page.waitForTimeout(500);
await page.evaluate(() => scrollTo(0, 0));
await shot('studio-phone');
await browser.close();
