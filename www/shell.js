// The shell: what a reader sees and may do before the program is there. It stands in <head> and runs before anything is
// painted, so that the first picture has the reader's language and colours and keeps its place when the program takes over.
//
// - Decides on the language and the colours: by the address, by what was chosen before, by the browser. The program takes
//   both from the document (src/bin/page/theme.rs). The two switches work here as they do there, and keep the same choices.
// - Keeps what is dropped, pasted, picked or typed until the program takes it over. It reads none of it.
//
// `globalThis.pullcheckShell` is for www/boot.js alone: takeDrops().
{
  const root = document.documentElement;
  const early = new AbortController(); // ends all that is listened to here
  const on = (target, name, hear) => target.addEventListener(name, hear, { signal: early.signal });
  const element = (id) => document.getElementById(id);

  // --- language and colours
  const stored = (name) => {
    try {
      return JSON.parse(localStorage.getItem(`pullcheck.${name}`));
    } catch {
      return null; // Nothing is kept, or nothing may be asked for: the page has its usual look.
    }
  };
  const keep = (name, value) => {
    try {
      if (value) localStorage.setItem(`pullcheck.${name}`, JSON.stringify(value));
      else localStorage.removeItem(`pullcheck.${name}`);
    } catch {
      // The choice holds as long as the page is open.
    }
  };
  const asked = [/[?&]lang=([^&]*)/.exec(location.hash)?.[1], stored("lang"), ...(navigator.languages ?? [])];
  root.lang = /^zh/i.test(asked.find((tag) => /^(en|zh)/i.test(tag ?? ""))) ? "zh-CN" : "en";
  if (["light", "dark"].includes(stored("theme"))) root.dataset.theme = stored("theme");
  // From here on the other language's words are not shown.
  root.dataset.booting = "";

  // Which page the address asks for: the shell is the first page, and little more than a head for all others.
  const place = () => {
    const path = location.hash.replace(/^#\/?|\?.*$/g, "");
    root.dataset.booting = path === "" ? "home" : path.split("/")[0] === "embed" ? "embed" : "other";
  };
  place();
  on(window, "hashchange", place);

  const colours = () => root.dataset.theme ?? "system";
  const names = { system: ["System", "跟随系统"], light: ["Light", "浅色"], dark: ["Dark", "深色"] };
  const shapes = { system: "M8 2.5a5.5 5.5 0 0 1 0 11z", light: "", dark: "M8 2.5a5.5 5.5 0 0 1 0 11 5.5 5.5 0 0 1 0-11z" };
  const draw = () => {
    const zh = root.lang === "zh-CN";
    const [language, theme] = [element("language"), element("theme")];
    language.lang = zh ? "en" : "zh-CN";
    language.textContent = zh ? "English" : "简体中文";
    const name = names[colours()][Number(zh)];
    theme.title = zh ? `配色：${name}` : `Colours: ${name.toLowerCase()}`;
    theme.ariaLabel = theme.title;
    theme.querySelector("span").textContent = name;
    theme.querySelector("path").setAttribute("d", shapes[colours()]);
  };
  const acts = {
    language: () => keep("lang", (root.lang = root.lang === "en" ? "zh-CN" : "en")),
    theme: () => {
      const next = { system: "light", light: "dark" }[colours()];
      if (next) root.dataset.theme = next;
      else delete root.dataset.theme;
      keep("theme", next);
    },
    "boot-file-choice": () => element("pick-file").click(),
    "boot-folder-choice": () => element("pick-folder").click(),
  };

  // --- what comes before the program is there; it checks what came last
  let drops = [];
  let picked; // the input of a picker that holds what came last
  let submitted = false; // whether the text in the field is what came last
  let focused; // id of what has the focus
  const tell = (what) => {
    element("boot-names").textContent = what;
    element("boot-kept").hidden = !what;
  };
  const take = (transfer) => {
    // Entries and files must be taken now: the list is emptied when the event is over.
    const items = [...transfer.items].map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.kind === "file" ? item.getAsFile() : null }));
    const text = transfer.getData("text/plain");
    const files = items.map(({ entry, file }) => entry?.name ?? file?.name).filter(Boolean);
    drops.push({ items, text });
    [picked, submitted] = [undefined, false];
    tell(files.join(", ") || text.trim().slice(0, 60));
  };
  for (const name of ["dragenter", "dragover"]) on(window, name, (event) => event.preventDefault());
  on(window, "drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer);
  });
  on(window, "paste", (event) => {
    if (event.target.closest?.("textarea, input")) return;
    event.preventDefault();
    take(event.clipboardData);
  });
  on(document, "pointerdown", () => (focused = undefined));
  on(document, "focusin", ({ target }) => (focused = target.id));
  on(document, "click", ({ target }) => {
    const act = acts[target.closest(".boot button")?.id];
    if (!act) return;
    act();
    draw();
  });
  on(document, "submit", (event) => {
    if (!event.target.closest(".boot")) return; // The program's own hears it.
    event.preventDefault();
    [drops, picked, submitted] = [[], undefined, true];
    tell(element("paste").value.trim().slice(0, 60));
  });

  // The program has drawn its own page in the place of this one: it gets what was typed and picked, and what had the focus
  // has it again.
  const handOver = (typed, old) => {
    const area = element("paste");
    if (area && typed) area.value = typed;
    if (focused && document.activeElement === document.body) element(focused)?.focus();
    const input = old && element(old.id);
    if (input) {
      input.files = old.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (submitted && area) area.form.requestSubmit();
  };

  // The switches say what they should as soon as they are there, which is before they are painted.
  const come = new MutationObserver(() => {
    if (!element("theme")?.querySelector("span")) return;
    come.disconnect();
    draw();
  });
  come.observe(root, { childList: true, subtree: true });

  document.addEventListener("DOMContentLoaded", () => {
    const area = element("paste");
    for (const id of ["pick-file", "pick-folder"]) {
      const input = element(id);
      // A picker may be open while the program takes over: then its answer comes to an input that is no longer there.
      input.addEventListener("change", () => {
        if (!input.isConnected) return handOver("", input);
        [drops, picked, submitted] = [[], input, false];
        tell([...input.files].map(({ name, webkitRelativePath }) => webkitRelativePath.split("/")[0] || name).filter((name, at, all) => all.indexOf(name) === at).join(", "));
      });
    }
    const watch = new MutationObserver(() => {
      if (!document.querySelector("main:not(.boot), .embed")) return;
      watch.disconnect();
      handOver(area.value, picked);
    });
    watch.observe(element("app"), { childList: true });
  });

  globalThis.pullcheckShell = {
    // Hands over what was dropped so far, each as { items: [{ entry, file }], text }, and leaves all later drops to the caller.
    takeDrops: () => {
      early.abort();
      const taken = drops;
      drops = [];
      return taken;
    },
  };
}
