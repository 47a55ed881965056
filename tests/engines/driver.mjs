// Drives browsers that are installed here over their own WebDriver: WebKitGTK through WebKitWebDriver (HTTP), Firefox through
// Marionette (JSON over TCP). It knows nothing of the page.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf"; // the key of an element, W3C WebDriver 12.2
const START = 30_000; // how long a browser may take to listen, in milliseconds

const pause = (time) => new Promise((done) => setTimeout(done, time));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function patiently(act) {
  const end = Date.now() + START;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > end) throw error;
      await pause(200);
    }
  }
}

// A session: execute(script, ...args), open(url), type(selector, text), end().
function session(command, stop) {
  return {
    open: (url) => command("open", { url }),
    execute: (script, ...args) => command("execute", { script, args }),
    type: async (selector, text) => {
      const found = await command("find", { using: "css selector", value: selector });
      return command("type", { id: (found.value ?? found)[ELEMENT], text });
    },
    end: stop,
  };
}

export async function webkit(browser) {
  const port = await freePort();
  // Neither a sandbox nor a graphics card is there where tests run.
  const env = { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", WEBKIT_DISABLE_COMPOSITING_MODE: "1" };
  const driver = spawn("xvfb-run", ["-a", "WebKitWebDriver", `--port=${port}`], { env, stdio: "ignore", detached: true });
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const options = { binary: browser, args: ["--automation"] };
  const { sessionId } = await patiently(() => call("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } }));
  const at = `/session/${sessionId}`;
  const ways = {
    open: (body) => call("POST", `${at}/url`, body),
    execute: (body) => call("POST", `${at}/execute/sync`, body),
    find: (body) => call("POST", `${at}/element`, body),
    type: ({ id, text }) => call("POST", `${at}/element/${id}/value`, { text }),
  };
  return session((name, body) => ways[name](body), async () => {
    await call("DELETE", at).catch(() => {});
    process.kill(-driver.pid);
  });
}

export async function firefox(browser) {
  const port = await freePort();
  const profile = mkdtempSync(join(tmpdir(), "pullcheck-firefox-"));
  writeFileSync(join(profile, "user.js"), `user_pref("marionette.port", ${port});\n`);
  const program = spawn(browser, ["--marionette", "--headless", "--no-remote", "--profile", profile], { stdio: "ignore", detached: true });
  const socket = await patiently(
    () =>
      new Promise((done, refuse) => {
        const socket = connect(port, "127.0.0.1", () => done(socket));
        socket.once("error", refuse);
      }),
  );
  // Each message is its length, a colon, and JSON: the greeting, then [1, number, error, result].
  const waiting = new Map();
  let bytes = Buffer.alloc(0), number = 0;
  socket.on("data", (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (;;) {
      const colon = bytes.indexOf(":");
      const length = Number(bytes.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 0 || bytes.length < colon + 1 + length) return;
      const said = JSON.parse(bytes.subarray(colon + 1, colon + 1 + length).toString());
      bytes = bytes.subarray(colon + 1 + length);
      if (!Array.isArray(said)) continue;
      const [, of, error, result] = said;
      const [done, refuse] = waiting.get(of);
      waiting.delete(of);
      if (error) refuse(new Error(`${error.error}: ${error.message}`));
      else done(result);
    }
  });
  const call = (name, body) =>
    new Promise((done, refuse) => {
      number += 1;
      waiting.set(number, [done, refuse]);
      const text = JSON.stringify([0, number, name, body]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  await call("WebDriver:NewSession", {});
  const names = { open: "WebDriver:Navigate", execute: "WebDriver:ExecuteScript", find: "WebDriver:FindElement", type: "WebDriver:ElementSendKeys" };
  return session(
    async (name, body) => {
      const result = await call(names[name], body);
      return name === "execute" ? result.value : result;
    },
    async () => {
      socket.destroy();
      process.kill(-program.pid);
      await pause(500);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  );
}
