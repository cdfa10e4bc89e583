import { chromium, type Browser, type Page } from 'playwright-core';
import { outgoingText, openSender } from '../support/channels';
import { listen, SANDBOX_ACCOUNT, startSandbox } from '../support/sandbox';
import { createTestApi } from '../support/test-api';

const executablePath = process.env['TEST_CHROMIUM'];
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Nobody but this machine can be reached, as behind a firewall.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

if (!executablePath) console.warn('TEST_CHROMIUM names no browser: the pages are not tested. Install chromium.');

(executablePath ? describe : describe.skip)('pages in a browser', () => {
  let browser: Browser;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: QUIET });
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(() => browser.close());

  /** A page that notes what it complains about, and whom else it asks. */
  async function open(url: string): Promise<{ page: Page; complaints: string[]; others: string[] }> {
    const page = await browser.newPage();
    closers.push(() => page.close());
    const complaints: string[] = [];
    const others: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && origin !== new URL(url).origin) others.push(request.url());
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    return { page, complaints, others };
  }

  it('/docs shows every endpoint with its example, without a complaint and without asking another host', async () => {
    const api = await createTestApi();
    closers.push(() => api.close());
    const server = await listen(api.app);
    closers.push(() => server.close());
    const { page, complaints, others } = await open(`${server.url}/docs`);
    const send = page.locator('.opblock-post', { hasText: '/v1/sends' }).first();
    await send.waitFor();
    expect(await send.innerText()).toMatch(/POST\s+\/v1\/sends/);
    await send.click();
    await page.getByText('recipients').first().waitFor();
    expect(await send.locator('textarea.body-param__text').inputValue()).toContain('"order-shipped"');
    expect(await page.locator('.opblock').count()).toBeGreaterThan(60);
    for (const group of await page.locator('.opblock-tag-section').all()) {
      const first = group.locator('.opblock').first();
      const isOpen = (await first.getAttribute('class'))?.includes('is-open');
      if (!isOpen) await first.locator('.opblock-summary-control').click();
      await first.locator('.opblock-body').waitFor();
    }
    await page.waitForLoadState('networkidle');
    expect(complaints).toEqual([]);
    expect(others).toEqual([]);
  }, 180_000);

  it("the SMS sandbox's page shows a text as it was sent, with markup as plain text", async () => {
    const sandbox = await startSandbox();
    closers.push(() => sandbox.close());
    const { accountSid, authToken } = SANDBOX_ACCOUNT;
    const sender = openSender('twilio', { accountSid, from: '+15005550006', baseUrl: sandbox.url }, { authToken });
    closers.push(() => sender.close());
    const text = 'Your <b>code</b> is 123456 <script>document.title = "taken over"</script> & 😀';
    const answer = await sender.handOver(outgoingText('+8613800138000', { content: { channel: 'sms', text } }));
    expect(answer.class).toBe('accepted');

    const { page, complaints, others } = await open(sandbox.url);
    const shown = page.locator('article');
    expect(await shown.count()).toBe(1);
    expect(await shown.innerText()).toContain('+8613800138000');
    expect(await shown.locator('p.text').textContent()).toBe(text);
    expect(await shown.locator('b, script').count()).toBe(0);
    expect(await page.title()).toBe('SMS sandbox (1)');
    expect(complaints).toEqual([]);
    expect(others).toEqual([]);
  });
});
