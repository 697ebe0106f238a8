// Does in a browser what it reads on standard input, a step a line in JSON, and answers each with a line: {'done': …} or {'failed': 'why'}.
// Started by tests/common/browser.rs: node driver.mjs FOLDER-OF-NODE-MODULES FOLDER-FOR-SCREENSHOTS CHROMIUM

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [modules, artefacts, executablePath] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { chromium } = require('playwright-core');

const PATIENCE = 20_000;

// For telephones in pages: sound before anybody clicks, and calls that stay on this machine.
const TELEPHONE = ['--autoplay-policy=no-user-gesture-required', '--allow-loopback-in-peer-connection'];

const browser = await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage', ...TELEPHONE] });
const people = new Map();

// Each person has cookies of his own, as on a machine of his own.
async function person(name) {
  if (!people.has(name)) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Berlin', acceptDownloads: true });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // What the server refused is told by the page, and is the story's business.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    page.on('response', (response) => {
      if (response.status() >= 500 && response.status() !== 503) complaints.push(`${response.status()} for ${response.url()}`);
    });
    people.set(name, { page, complaints });
  }
  return people.get(name);
}

// Where the page with the telephone is, once somebody asks for it.
let telephones;

function telephonePage() {
  telephones ??= new Promise((resolve) => {
    const page = '<!doctype html><link rel="icon" href="data:,"><title>Telephone</title><script type="module" src="telephone.js"></script>';
    const server = createServer(({ url }, response) => {
      response.setHeader('Content-Type', url === '/' ? 'text/html' : 'text/javascript');
      response.end(url === '/' ? page : readFileSync(url === '/telephone.js' ? new URL('telephone.js', import.meta.url) : `${modules}${url}`));
    });
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}/`));
    server.unref();
  });
  return telephones;
}

// Playwright's selectors, and label=TEXT for a field by its label.
function locate(page, selector) {
  let found = page;
  for (const part of selector.split(' >> ')) {
    found = part.startsWith('label=') ? found.getByLabel(part.slice(6), { exact: true }) : found.locator(part);
  }
  return found;
}

const steps = {
  open: ({ page }, { url }) => page.goto(url).then(() => null),
  click: ({ page }, { on }) => locate(page, on).click(),
  fill: ({ page }, { on, text }) => locate(page, on).fill(text),
  choose: ({ page }, { on, text }) => locate(page, on).selectOption({ label: text }).then(() => null),
  check: ({ page }, { on, checked }) => locate(page, on).setChecked(checked),
  upload: ({ page }, { on, path }) => locate(page, on).setInputFiles(path),
  press: ({ page }, { keys }) => page.keyboard.press(keys),
  type: ({ page }, { text }) => page.keyboard.type(text),
  see: ({ page }, { on }) => locate(page, on).first().waitFor(),
  gone: ({ page }, { on }) => locate(page, on).first().waitFor({ state: 'hidden' }),
  text: ({ page }, { on }) => locate(page, on).first().innerText(),
  value: ({ page }, { on }) => locate(page, on).inputValue(),
  attribute: ({ page }, { on, name }) => locate(page, on).first().getAttribute(name),
  count: ({ page }, { on }) => locate(page, on).count(),
  evaluate: ({ page }, { script }) => page.evaluate(script),
  size: ({ page }, { width, height }) => page.setViewportSize({ width, height }),
  prefer: ({ page }, { media }) => page.emulateMedia(media),
  offline: ({ page }, { offline }) => page.context().setOffline(offline),
  forget: ({ page }) => page.context().clearCookies(),
  metrics: async (someone) => {
    if (!someone.session) {
      someone.session = await someone.page.context().newCDPSession(someone.page);
      await someone.session.send('Performance.enable');
    }
    const { metrics } = await someone.session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  },
  screenshot: ({ page }, { name, full, on }) => {
    const path = `${artefacts}/${name}.png`;
    const shot = on ? locate(page, on).screenshot({ path }) : page.screenshot({ path, fullPage: full });
    return shot.then(() => path);
  },
  download: async ({ page }, { on }) => {
    const [download] = await Promise.all([page.waitForEvent('download'), locate(page, on).click()]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  },
  telephone: async ({ page }) => {
    const url = await telephonePage();
    // Who may use the microphone shows where he is; else there is nothing but names that a PBX cannot look up.
    await page.context().grantPermissions(['microphone'], { origin: new URL(url).origin });
    await page.goto(url);
    await page.waitForFunction('window.telephone');
  },
  vanish: ({ page }) => page.close(),
  // What a checker of accessibility finds wrong, a line each.
  accessibility: async ({ page }) => {
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const { violations } = await page.evaluate(() => axe.run());
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html).join(' ')}`);
  },
  // No wider than the window, so that nobody has to scroll sideways.
  overflow: ({ page }) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
};

async function step({ who, step: name, ...what }) {
  const someone = await person(who);
  let done;
  try {
    done = (await steps[name](someone, what)) ?? null;
  } catch (error) {
    const path = `${artefacts}/failed-${who}.png`;
    await someone.page.screenshot({ path, timeout: 3_000 }).catch(() => {});
    const seen = await someone.page.locator('body').ariaSnapshot({ timeout: 3_000 }).catch(() => 'nothing');
    const complained = someone.complaints.length ? `\nThe page complained: ${someone.complaints.join('\n')}` : '';
    throw new Error(`${error.message}${complained}\nSee ${path}. The page shows:\n${seen}`);
  }
  if (someone.complaints.length) throw new Error(`the page complained: ${someone.complaints.splice(0).join('\n')}`);
  return done;
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { done: await step(JSON.parse(line)) };
  } catch (error) {
    answer = { failed: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
