// The whole journey through the page in a real browser, against a running server:
//   node test/journey.mjs http://127.0.0.1:8080 [FOLDER FOR SCREENSHOTS]
// Fails with the first thing that is not as it should be.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [base, shots] = process.argv.slice(2);
const PROMPT = 'a red apple';
const PATIENCE = 60_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(' '),
});
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, bypassCSP: true });
  page.setDefaultTimeout(PATIENCE);
  const problems = [];
  page.on('pageerror', (error) => problems.push(`error in the page: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(base).origin) {
      problems.push(`asks elsewhere: ${request.url()}`);
    }
  });
  page.on('response', (response) => response.status() >= 400 && problems.push(`${response.status()} for ${response.url()}`));
  // Which rows were ever shown; a fast model is done before anyone could look.
  await page.addInitScript(() => {
    window.rows = new Set();
    new MutationObserver(() => {
      const shown = document.querySelector('img.rows');
      if (shown) window.rows.add(Number(shown.dataset.row));
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });

  const api = (path) => page.evaluate(async (p) => (await fetch(p)).json(), path);
  const jobs = async () => (await api('/v1/jobs?limit=200')).data;
  const idle = () => page.waitForFunction(async () =>
    (await (await fetch('/v1/jobs')).json()).data.every((job) => !['queued', 'generating'].includes(job.state)));
  const count = () => page.locator('.gallery .grid li').count();
  const set = async (id, value) => {
    await page.fill(id, String(value));
    await page.press(id, 'Tab');
  };
  const step = (name) => console.log(`- ${name}`);
  const shot = async (name) => shots && page.screenshot({ path: `${shots}/${name}.png` });
  const accessible = async (name) => {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    const found = violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target).join(', ')})`);
    assert.deepEqual(found, [], `${name} is not accessible`);
  };
  const drawn = async (before) => {
    await page.waitForFunction((n) => document.querySelectorAll('.gallery .grid li').length > n, before);
    await idle();
  };

  step('the page opens');
  await page.goto(base);
  await page.waitForFunction(() => !document.querySelector('.go').disabled);
  const atFirst = await count();
  await accessible('the empty page');

  step('a picture is drawn and appears row by row');
  await page.fill('#prompt', PROMPT);
  await set('#steps', 900);
  await page.keyboard.press('/');
  await page.press('#prompt', 'Control+Enter');
  // Noted by the page's observer, so that a fast engine is not missed between two looks.
  await page.waitForFunction(() => [...window.rows].length > 0);
  await shot('studio-rows');
  await drawn(atFirst);
  const rows = await page.evaluate(() => [...window.rows]);
  // A fast engine may finish a picture between two previews; one that was not whole must have been seen.
  assert.ok(rows.length >= 1, 'no row was shown before the picture was whole');
  const [first] = await jobs();
  assert.equal(first.state, 'completed');
  assert.equal(first.parameters.prompt, PROMPT);
  assert.equal(first.parameters.steps, 900);

  step('a job is cancelled in the queue');
  await set('#steps', 1000);
  await set('#n', 10);
  await page.click('.go');
  await page.click('.queue li button:has-text("Cancel")');
  await page.waitForSelector('.queue', { state: 'detached' });
  assert.equal((await jobs())[0].state, 'cancelled');

  step('the settings of a picture are reused, and it is the same picture again');
  await page.click('.gallery .grid li:first-child button');
  assert.equal(await page.inputValue('#steps'), '1000', 'looking at a picture changes the form');
  await page.fill('#prompt', 'something else');
  await page.click('text=Reuse all');
  assert.equal(await page.inputValue('#prompt'), PROMPT);
  assert.equal(await page.inputValue('#steps'), '900');
  assert.equal(await page.inputValue('#seed'), String(first.pictures[0].seed));
  await page.click('.go');
  await drawn(atFirst + 1);
  const same = await page.evaluate(async (urls) => {
    const pixels = await Promise.all(urls.map(async (url) => {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      canvas.drawImage(bitmap, 0, 0);
      return canvas.getImageData(0, 0, bitmap.width, bitmap.height).data.join();
    }));
    return pixels[0] === pixels[1];
  }, [first, (await jobs())[0]].map((job) => new URL(job.pictures[0].url).pathname));
  assert.ok(same, 'the same settings draw another picture');

  step('the seed alone is reused');
  await page.click('[aria-label="Roll a seed"]');
  assert.notEqual(await page.inputValue('#seed'), String(first.pictures[0].seed));
  await page.click('.details >> text=Reuse seed');
  assert.equal(await page.inputValue('#seed'), String(first.pictures[0].seed));

  step('a picture is edited and compared with the one before');
  await page.click('.details >> text=Edit this');
  await page.waitForSelector('.input img');
  await page.fill('#prompt', 'make it blue');
  await set('#steps', 20);
  await page.click('.go');
  await drawn(atFirst + 2);
  assert.equal((await jobs())[0].kind, 'edit');
  const slider = page.locator('[aria-label="Before and after"]');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await slider.inputValue(), '51');
  await shot('studio-edit');
  await accessible('the page with an edited picture');

  step('a dropped picture shows its settings');
  await page.evaluate(async (url) => {
    const data = new DataTransfer();
    data.items.add(new File([await (await fetch(url)).blob()], 'dropped.png', { type: 'image/png' }));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }));
  }, new URL(first.pictures[0].url).pathname);
  assert.equal(await page.textContent('.dropped .prompt'), PROMPT);
  assert.equal(await page.inputValue('#prompt'), 'make it blue', 'dropping a picture changes the form');
  await page.click('.dropped >> text=Reuse all');
  assert.equal(await page.inputValue('#prompt'), PROMPT);
  assert.equal(await page.inputValue('#seed'), String(first.parameters.seed));

  step('the history is there after a reload, and a picture is deleted from it');
  await page.reload();
  await page.waitForFunction((n) => document.querySelectorAll('.gallery .grid li').length === n, atFirst + 3);
  assert.equal(await page.inputValue('#prompt'), PROMPT, 'the form is lost');
  await page.click('.gallery .grid li:first-child button');
  await page.click('.details >> text=Delete');
  await page.click('text=Delete for good?');
  await page.waitForFunction((n) => document.querySelectorAll('.gallery .grid li').length === n, atFirst + 2);

  step('a grid over seeds and guidance');
  await set('#steps', 8);
  await page.click('nav >> text=Compare');
  await page.fill('#columns', '2');
  await page.fill('#guidance', '1, 3');
  await page.click('text=Draw the grid');
  await page.waitForFunction(() => document.querySelectorAll('.comparing td img').length === 4);
  const grid = (await jobs()).slice(0, 2).map((job) => [job.parameters.cfg, job.parameters.n]);
  assert.deepEqual(grid, [[3, 2], [1, 2]]);
  await accessible('the grid');

  step('dark, and on a phone');
  await page.click('nav >> text=Draw');
  await page.emulateMedia({ colorScheme: 'dark' });
  await accessible('the dark page');
  await shot('studio-dark');
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than a phone');
  await accessible('the page on a phone');
  await shot('studio-phone');

  assert.deepEqual(problems, []);
  console.log('ok');
} finally {
  await browser.close();
}
