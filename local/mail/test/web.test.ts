import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HOST } from "../../config.ts";
import { readConfig } from "../config.ts";
import { openStore } from "../storage/store.ts";
import { startTestCatcher, type TestCatcher } from "../testing.ts";

let catcher: TestCatcher;

beforeAll(async () => {
  catcher = await startTestCatcher();
});
beforeEach(() => fetch(`${catcher.webUrl}/api/mails`, { method: "DELETE" }));
afterAll(() => catcher.close());

const get = (path: string, init?: RequestInit) =>
  fetch(catcher.webUrl + path, { redirect: "manual", ...init });

async function send(over: object = {}): Promise<number> {
  const transport = createTransport({ host: HOST, port: catcher.port });
  await transport.sendMail({
    from: "Sender <sender@example.com>",
    to: "Reader <Reader@example.com>",
    subject: "Hällo",
    text: "plain words",
    html: "<p>rich words</p>",
    ...over,
  });
  transport.close();
  const { mails } = (await (await get("/api/mails")).json()) as { mails: { id: number }[] };
  return mails[0]!.id;
}

describe("a mail that was caught", () => {
  it("is read by its recipient's address, with its headers, its text and its HTML", async () => {
    await send();
    const [mail] = await catcher.mailsTo("READER@example.com");
    expect(mail).toMatchObject({
      from: "sender@example.com",
      to: ["reader@example.com"],
      subject: "Hällo",
      html: "<p>rich words</p>\n",
    });
    expect(mail?.text?.trim()).toBe("plain words");
    expect(mail?.messageId).toMatch(/^<.+@.+>$/);
    expect(mail?.headers).toContainEqual({ name: "to", value: "Reader <Reader@example.com>" });
    expect(await catcher.mailsTo("other@example.com")).toEqual([]);
  });

  it("is found by a reader that goes on where it was, the oldest first", async () => {
    const ids = [await send(), await send({ to: "other@example.com" }), await send()];
    const listed = async (query: string) => {
      const { mails } = (await (await get(`/api/mails?${query}`)).json()) as { mails: { id: number }[] };
      return mails.map(({ id }) => id);
    };
    expect(await listed(`after=${ids[0]}`)).toEqual(ids.slice(1));
    expect(await listed("after=0&limit=2")).toEqual(ids.slice(0, 2));
    expect(await listed("after=0&to=reader@example.com")).toEqual([ids[0], ids[2]]);
    expect(await listed(`after=${ids[2]}`)).toEqual([]);
    expect(await listed("limit=2")).toEqual(ids.slice(1).reverse());
  });

  it("is there after a restart", async () => {
    await send();
    await catcher.stop();
    await expect(get("/")).rejects.toThrow();
    await catcher.start();
    expect(await catcher.mailsTo("reader@example.com")).toHaveLength(1);
  });

  it("shows in the list and on a page of its own, and its source is its source", async () => {
    const id = await send();
    expect(await (await get("/")).text()).toContain(`<a href="/mails/${id}">Hällo</a>`);
    const page = await (await get(`/mails/${id}`)).text();
    expect(page).toContain("plain words");
    expect(page).toContain(`<iframe sandbox src="/mails/${id}/html"`);
    expect(await (await get(`/mails/${id}/text`)).text()).toContain("plain words");
    expect(await (await get(`/mails/${id}/raw`)).text()).toMatch(/^From: Sender <sender@example.com>\r\n/);
  });

  it("runs nothing and fetches nothing when it is looked at, and what it says is escaped around it", async () => {
    const html = '<script>alert(1)</script><img src="https://elsewhere.example/pixel.png">';
    const id = await send({ html, subject: "<b>subject</b>", text: "<i>text</i>" });
    const body = await get(`/mails/${id}/html`);
    expect((await body.text()).trim()).toBe(html);
    const policy = body.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^sandbox; default-src 'none'/);
    expect(policy).not.toContain("script-src");
    expect(policy).toContain("img-src data:;");
    for (const path of ["/", `/mails/${id}`]) {
      const page = await get(path);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      const text = await page.text();
      expect(text).toContain("&lt;b&gt;subject&lt;/b&gt;");
      expect(text).not.toContain("<b>subject");
      expect(text).not.toContain("<i>text");
    }
  });
});

describe("all mails", () => {
  it("are deleted by the button", async () => {
    await send();
    const answer = await get("/delete-all", { method: "POST" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    expect(await (await get("/")).text()).toContain("Nothing has been caught.");
  });

  it("are no more than are kept: the oldest go first", () => {
    const dataDir = mkdtempSync(join(tmpdir(), "mail-store-"));
    const store = openStore(dataDir, 3);
    const mail = { receivedAt: "", from: "a@b.c", to: ["d@e.f"], subject: "", messageId: null };
    for (const n of [1, 2, 3, 4, 5]) store.add({ ...mail, raw: new Uint8Array([n]) });
    expect(store.list({ limit: 10 }).map(({ id }) => id)).toEqual([5, 4, 3]);
    expect(store.count()).toBe(3);
    expect(store.find(2)).toBeNull();
    store.close();
    rmSync(dataDir, { recursive: true });
  });
});

describe("the web side", () => {
  it("refuses a page from elsewhere, by what its browser says and by the name that it used", async () => {
    await send();
    const headers = { "Sec-Fetch-Site": "cross-site" };
    expect((await get("/delete-all", { method: "POST", headers })).status).toBe(403);
    const status = await new Promise((resolve) => {
      const options = { host: HOST, port: new URL(catcher.webUrl).port, headers: { Host: "evil.example" } };
      request(options, ({ statusCode }) => resolve(statusCode)).end();
    });
    expect(status).toBe(403);
    expect(await catcher.mailsTo("reader@example.com")).toHaveLength(1);
  });

  it.each(["/nothing", "/mails/999999", "/mails/999999/html", "/api/mails/999999", "/mails/x"])(
    "has no %s",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it("says that it is well, and how many mails it has", async () => {
    await send();
    expect(await (await get("/health")).json()).toEqual({ status: "ok", mails: 1 });
  });

  it.each([
    [{ at: "rcpt", mode: "perhaps" }, "mode"],
    [{ at: "rcpt", mode: "temporary", times: 0 }, "times"],
    [{ at: "rcpt", mode: "disconnect_after" }, "disconnect_after is for data"],
    ["{", "expected object"],
  ])("refuses the fault %o", async (fault, reason) => {
    const answer = await get("/_test/faults", {
      method: "POST",
      body: typeof fault === "string" ? fault : JSON.stringify(fault),
    });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await answer.json())).toContain(reason);
    expect(await (await get("/_test/faults")).json()).toEqual({ faults: [] });
  });
});

describe("the configuration", () => {
  const env = { SMTP_PORT: "1", WEB_PORT: "2", DATA_DIR: "d" };

  it("takes both credentials or neither", () => {
    expect(readConfig(env)).toEqual({ smtpPort: 1, webPort: 2, dataDir: "d", credentials: null });
    const { credentials } = readConfig({ ...env, SMTP_USERNAME: "u", SMTP_PASSWORD: "p" });
    expect(credentials).toEqual({ username: "u", password: "p" });
    expect(() => readConfig({ ...env, SMTP_USERNAME: "u" })).toThrow("go together");
  });

  it.each(["SMTP_PORT", "WEB_PORT", "DATA_DIR"])("names %s when it is missing", (name) => {
    expect(() => readConfig({ ...env, [name]: undefined })).toThrow(name);
  });
});
