// What an embed needs before the engine: its look, its poster, the time at which it may start; and the
// messages between it and the surrounding page. boot.js loads it where the address asks for it.
//
// The parameters of the look are read here; what is played, and how, is read by the engine (app/src/embed),
// from the same query. app/docs/embedding.md describes all of them, and the messages.

"use strict";

(() => {
  /** The version of the messages. */
  const VERSION = 1;
  const HEIGHT_PX = { min: 240, max: 2000 };
  const TEXT_CHARS_MAX = 64_000;
  const POSTER_CHARS_MAX = 200;
  const SECONDS_MAX = 3600;
  const PANELS = ["status", "narration", "timeline", "details", "side", "lesson"];
  const LANGUAGES = { en: { play: "Play" }, de: { play: "Abspielen" } };

  const root = document.documentElement;
  // A single file may contain parameters; those of its address take precedence.
  const given = new URLSearchParams(document.getElementById("raft-playground-query")?.textContent.trim());
  for (const [name, value] of new URLSearchParams(location.search)) given.set(name, value);
  /** What was wrong with parameters, in words. */
  const problems = [];
  const embedded = given.has("embed");

  /** Returns a parameter with a fixed list of values. A value that is not on the list is reported, and the
      first one is used. */
  function choice(name, accepted) {
    const value = given.get(name);
    if (value === null || accepted.includes(value)) return value ?? accepted[0];
    problems.push(`${name}=${value}: ${accepted.join(", ")} are accepted`);
    return accepted[0];
  }

  function panels() {
    const value = given.get("panels") ?? "narration,timeline,lesson";
    if (value === "all") return PANELS;
    const words = value.split(",").filter((word) => word && word !== "none");
    const wrong = words.filter((word) => !PANELS.includes(word));
    if (wrong.length) problems.push(`panels=${wrong.join(",")}: all, none, ${PANELS.join(", ")} are accepted`);
    return words.filter((word) => PANELS.includes(word));
  }

  function pixels() {
    const text = given.get("height");
    if (text === null) return null;
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) {
      problems.push(`height=${text}: pixels from ${HEIGHT_PX.min} to ${HEIGHT_PX.max} are accepted`);
      return null;
    }
    return Math.min(Math.max(value, HEIGHT_PX.min), HEIGHT_PX.max);
  }

  /** Sets the theme: light, dark, or that of the reader's system. */
  function setTheme(theme) {
    for (const sheet of document.querySelectorAll("[data-dark], [media*='prefers-color-scheme']")) {
      sheet.dataset.dark = "";
      sheet.media = { light: "not all", dark: "all" }[theme] ?? "(prefers-color-scheme: dark)";
    }
    root.style.colorScheme = theme === "auto" ? "" : theme;
    root.dataset.theme = theme;
  }

  const THEMES = ["auto", "light", "dark"];
  const language = choice("language", ["auto", ...Object.keys(LANGUAGES)]);
  const start = choice("start", ["seen", "now", "click"]);
  const height = pixels();
  setTheme(choice("theme", THEMES));
  root.dataset.parameters = "";
  if (language !== "auto") root.dataset.language = language;

  /** Returns a promise and the function that resolves it. */
  function gate() {
    let open;
    const passed = new Promise((resolve) => { open = resolve; });
    return { open, passed };
  }
  const { open, passed } = gate();

  // ---- Messages: only with the surrounding page, only of this version; each one that cannot be carried out
  // is answered.

  const host = window.parent === window ? null : window.parent;
  /** The only origin accepted as the host's, if the address names it. A sandboxed host has the origin
      "null". */
  const hostOrigin = given.get("host");
  /** Carries out a message. Returns "" when it was done, else the reason why not. Set by the engine. */
  let perform = null;
  let waiting = [];

  function post(type, more) {
    // "null" cannot be a target: a host without an origin is reached by any.
    const target = hostOrigin === null || hostOrigin === "null" ? "*" : hostOrigin;
    try {
      host?.postMessage({ raftPlayground: VERSION, type, ...more }, target);
    } catch {
      // host= was not an origin; it is among the problems.
    }
  }

  const isSeconds = (value) => typeof value === "number" && value >= 0 && value <= SECONDS_MAX;
  const isText = (value) => typeof value === "string" && value.length <= TEXT_CHARS_MAX;
  /** The accepted messages: each function returns what is wrong with one, or null. */
  const ACCEPTED = {
    play: () => null,
    pause: () => null,
    seek: ({ at }) => (isSeconds(at) ? null : `seek needs at, a number of seconds from 0 to ${SECONDS_MAX}`),
    run: ({ text }) => (isText(text) ? null : `run needs text, a scenario of at most ${TEXT_CHARS_MAX} characters`),
    theme: ({ theme }) => (THEMES.includes(theme) ? null : `theme needs theme, one of ${THEMES.join(", ")}`),
  };

  function refusal(message) {
    if (message.raftPlayground !== VERSION) return `raftPlayground must be ${VERSION}`;
    if (!Object.hasOwn(ACCEPTED, message.type)) return `type must be one of ${Object.keys(ACCEPTED).join(", ")}`;
    return ACCEPTED[message.type](message);
  }

  /** Returns a copy of the sender's id, if it is one that can be sent back. */
  const mark = (id) => (typeof id === "number" || (typeof id === "string" && id.length <= 100) ? { id } : {});

  async function obey(message) {
    const { type } = message;
    if (type === "theme") {
      setTheme(message.theme);
      return "";
    }
    // A message that asks to play also asks to load.
    if (type === "play" || type === "run") open();
    if (!perform) await new Promise((ready) => waiting.push(ready));
    return perform(type, message.at ?? 0, message.text ?? "");
  }

  async function hear(event) {
    const message = event.data;
    if (event.source !== host || typeof message !== "object" || message === null) return;
    if (hostOrigin !== null && event.origin !== hostOrigin) return;
    if (!("raftPlayground" in message)) return;
    const why = refusal(message) ?? (await obey(message));
    if (why) post("refused", { reason: why, ...mark(message.id) });
    else post("done", { request: message.type, ...mark(message.id) });
  }
  if (host) window.addEventListener("message", hear);

  // ---- Height, visibility and poster.

  function tellHeight() {
    let last = 0;
    const watched = document.getElementById("app");
    new ResizeObserver(() => {
      const now = height ?? Math.min(Math.max(Math.ceil(watched.getBoundingClientRect().height), HEIGHT_PX.min), HEIGHT_PX.max);
      // Without a parameter it is the frame's height. A host that sets the frame to what it hears, borders included, would
      // make it smaller and smaller: it hears it once.
      if (last === 0) post("height", { height: (last = now) });
    }).observe(watched);
  }

  /** Pauses the clock while the embed is out of view; a hidden tab has no frames anyway. */
  function watchSight() {
    new IntersectionObserver((entries) => {
      const seen = entries[entries.length - 1].isIntersecting;
      root.dataset.seen = seen;
      if (seen && start === "seen") open();
      perform?.("sight", seen ? 1 : 0, "");
    }).observe(document.body);
  }

  /** Shows a picture with a button, until it is pressed. */
  function poster() {
    const first = document.getElementById("first-paint");
    first?.querySelector("[role=status]")?.remove();
    const caption = (given.get("poster") ?? "").slice(0, POSTER_CHARS_MAX);
    if (caption) first?.querySelector("p")?.append(Object.assign(document.createElement("span"), { textContent: caption }));
    const tongue = language === "auto" ? navigator.language.slice(0, 2) : language;
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.testid = "poster-play";
    button.textContent = (LANGUAGES[tongue] ?? LANGUAGES.en).play;
    button.addEventListener("click", () => {
      root.dataset.pressed = "";
      button.remove();
      open();
    });
    first?.append(button);
  }

  if (embedded) {
    root.dataset.embed = "";
    root.dataset.panels = panels().join(" ");
    root.dataset.controls = choice("controls", ["basic", "full", "none"]);
    if (given.has("readonly")) root.dataset.readonly = "";
    if (height !== null) root.style.setProperty("--embed-height", `${height}px`);
    // A single file contains its styles.
    if (!window.raftPlaygroundEngine) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "late/embed.css" }));
    }
    tellHeight();
    watchSight();
    if (start === "click") poster();
    if (start === "now") open();
  } else {
    open();
  }
  if (hostOrigin !== null && hostOrigin !== "null") {
    try {
      if (new URL(hostOrigin).origin !== hostOrigin) problems.push(`host=${hostOrigin}: an origin is accepted, such as https://docs.example`);
    } catch {
      problems.push(`host=${hostOrigin}: an origin is accepted, such as https://docs.example`);
    }
  }

  window.raftPlaygroundEmbed = {
    /** Resolves when the engine may start. */
    gate: passed,
    /** Returns the query of this page. */
    query: () => given.toString(),
    /** Returns what was wrong with the parameters of the look, one per line. */
    problems: () => problems.join("\n"),
    /** The engine is ready and carries out messages. `wrong` are its problems, one per line. */
    attach(command, wrong) {
      perform = command;
      waiting.forEach((ready) => ready());
      waiting = [];
      const all = [...problems, ...wrong.split("\n").filter(Boolean)];
      post("ready", { problems: all });
      if (root.dataset.seen === "false") command("sight", 0, "");
    },
    /** Reports an event to the surrounding page. */
    tell(type, number, text) {
      const more = {
        step: { index: number, text },
        "lesson-done": { passed: number === 1 },
        violation: { name: text },
        state: { playing: text === "playing", at: number },
      }[type];
      if (more) post(type, more);
    },
    /** Opens an address in a new window. Returns false where that is forbidden; the surrounding page is
        told either way. */
    open(url) {
      post("open", { url });
      const opened = window.open(url, "_blank");
      if (opened) opened.opener = null;
      return opened !== null;
    },
  };
})();
