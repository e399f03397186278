// <raft-playground scenario="…">: the playground in any page.
//
// A module that defines one element. Its shadow root holds an iframe with the page's embed, so that the
// styles, scripts and errors of either side do not affect the other. Nothing is loaded before the element is
// nearly in view; with start="click" nothing before it is pressed. app/docs/embedding.md describes
// attributes, methods and events.

const VERSION = 1;
/** The distance from the window at which an element is loaded, in CSS pixels. */
const NEAR_PX = 200;
const HEIGHT_PX = { usual: 480, min: 240, max: 2000 };
/** Attributes that are passed to the page as parameters of the same name. */
const HANDED_ON = ["scenario", "theme", "language", "panels", "controls", "speed", "at", "paused", "readonly", "height", "host"];
const WORDS = { en: { play: "Play", name: "Raft Playground" }, de: { play: "Abspielen", name: "Raft Playground" } };

const STYLE = `
:host { display: block; position: relative; color-scheme: light dark; }
:host([hidden]) { display: none; }
iframe, .poster { box-sizing: border-box; display: block; width: 100%; border: 1px solid light-dark(#dde2e5, #2a3035); border-radius: 6px; background: light-dark(#fff, #14171a); }
.poster { position: relative; display: grid; place-content: center; justify-items: center; gap: 16px; padding: 16px; font: 15px/20px system-ui, sans-serif; color: light-dark(#49525a, #b4bdc4); text-align: center; }
.poster svg { width: 150px; height: 150px; fill: light-dark(#f0f2f3, #1f2428); stroke: light-dark(#7b858d, #6e7981); stroke-width: 2; stroke-dasharray: 2 4; }
.poster button { min-width: 96px; min-height: 48px; padding: 0 20px; font: 600 15px/1 system-ui, sans-serif; color: light-dark(#fff, #14171a); background: light-dark(#3f3db8, #a9abff); border: 0; border-radius: 24px; cursor: pointer; }
.poster button:focus-visible { outline: 2px solid light-dark(#3f3db8, #a9abff); outline-offset: 3px; }
`;

function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Draws five discs on a ring. */
function ring() {
  const SVG = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 150 150");
  svg.setAttribute("aria-hidden", "true");
  for (let node = 0; node < 5; node += 1) {
    const angle = (node * 2 * Math.PI) / 5;
    const disc = document.createElementNS(SVG, "circle");
    disc.setAttribute("cx", String(75 + 55 * Math.sin(angle)));
    disc.setAttribute("cy", String(75 - 55 * Math.cos(angle)));
    disc.setAttribute("r", "14");
    svg.append(disc);
  }
  return svg;
}

class RaftPlayground extends HTMLElement {
  static observedAttributes = [...HANDED_ON, "src", "link", "start", "poster", "sandbox"];

  #root = this.attachShadow({ mode: "open" });
  #frame = null;
  #observer = null;
  #listening = null;
  #waiting = [];
  #ready = false;
  /** Whether a change of attributes waits for the end of the task. */
  #stale = false;

  connectedCallback() {
    this.#build();
  }

  /** Removes what was made on insertion: the iframe, the observer, the listener. */
  disconnectedCallback() {
    this.#clear();
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.isConnected) return;
    if (name === "theme" && this.#ready) {
      this.#post({ type: "theme", theme: after ?? "auto" });
      this.#paint();
      return;
    }
    if (this.#stale) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      if (!this.isConnected) return;
      this.#clear();
      this.#build();
    });
  }

  /** Starts the clock. Loads the playground if necessary. */
  play() {
    this.#ask({ type: "play" });
  }

  /** Pauses the clock. */
  pause() {
    this.#ask({ type: "pause" }, false);
  }

  /** Shows an instant, in virtual seconds. */
  seek(at) {
    this.#ask({ type: "seek", at });
  }

  /** Plays a scenario, given as text. */
  run(text) {
    this.#ask({ type: "run", text });
  }

  #ask(message, loads = true) {
    if (this.#ready) return this.#post(message);
    if (!loads && !this.#frame) {
      this.#waiting = this.#waiting.filter(({ type }) => type !== "play");
      return;
    }
    this.#waiting.push(message);
    if (this.isConnected) this.#load();
  }

  #post(message) {
    // A sandboxed page has no origin that a message could name.
    const target = this.hasAttribute("sandbox") ? "*" : new URL(this.#frame.src).origin;
    this.#frame.contentWindow?.postMessage({ raftPlayground: VERSION, ...message }, target);
  }

  get #words() {
    const tongue = this.getAttribute("language") ?? (this.closest("[lang]")?.lang || navigator.language);
    return WORDS[tongue.slice(0, 2)] ?? WORDS.en;
  }

  get #height() {
    const height = Number(this.getAttribute("height") || HEIGHT_PX.usual);
    return Math.min(Math.max(Number.isFinite(height) ? height : HEIGHT_PX.usual, HEIGHT_PX.min), HEIGHT_PX.max);
  }

  /** Returns the scenario in the element's content, which a reader without scripts sees as text. */
  get #text() {
    return this.querySelector("pre:not(.transcript)")?.textContent.trim() ?? "";
  }

  #address() {
    const address = new URL(this.getAttribute("src") ?? "../index.html", this.hasAttribute("src") ? document.baseURI : import.meta.url);
    if (!/^(https?|file):$/.test(address.protocol)) throw new TypeError(`src: ${address.protocol} is no protocol of a page`);
    address.searchParams.set("embed", "");
    for (const name of HANDED_ON) if (this.hasAttribute(name)) address.searchParams.set(name, this.getAttribute(name));
    if (!this.hasAttribute("scenario") && !this.hasAttribute("link") && this.#text) address.searchParams.set("text", this.#text);
    // The element has waited already.
    address.searchParams.set("start", "now");
    address.hash = this.getAttribute("link") ?? "";
    return address;
  }

  #build() {
    // A sheet made by a script needs no exception in the policy of the surrounding page.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    const poster = made("div", { className: "poster" }, ring());
    poster.style.minHeight = `${this.#height}px`;
    if (this.getAttribute("poster")) poster.append(made("span", { textContent: this.getAttribute("poster") }));
    this.#root.replaceChildren(poster);
    this.#paint();
    if (this.getAttribute("start") === "click") {
      const button = made("button", { type: "button", textContent: this.#words.play });
      button.addEventListener("click", () => this.play());
      poster.append(button);
    } else if (this.getAttribute("start") === "now" || this.#waiting.length) {
      this.#load();
    } else {
      this.#observer = new IntersectionObserver((entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) this.#load();
      }, { rootMargin: `${NEAR_PX}px` });
      this.#observer.observe(this);
    }
  }

  /** Sets the poster's colours. */
  #paint() {
    const theme = this.getAttribute("theme");
    this.style.colorScheme = theme === "light" || theme === "dark" ? theme : "";
  }

  #load() {
    if (this.#frame) return;
    this.#observer?.disconnect();
    const frame = made("iframe", { title: this.getAttribute("title") ?? this.#words.name });
    if (this.hasAttribute("sandbox")) frame.setAttribute("sandbox", "allow-scripts");
    frame.setAttribute("allow", "clipboard-write");
    frame.style.height = `${this.#height}px`;
    frame.src = this.#address().href;
    this.#frame = frame;
    this.#listening = new AbortController();
    window.addEventListener("message", (event) => this.#hear(event), { signal: this.#listening.signal });
    this.#root.querySelector(".poster").replaceWith(frame);
  }

  #hear(event) {
    const { data } = event;
    if (!this.#frame || event.source !== this.#frame.contentWindow) return;
    if (event.origin !== (this.hasAttribute("sandbox") ? "null" : new URL(this.#frame.src).origin)) return;
    if (typeof data !== "object" || data?.raftPlayground !== VERSION) return;
    const { raftPlayground, type, ...detail } = data;
    if (type === "ready") {
      this.#ready = true;
      this.#waiting.splice(0).forEach((message) => this.#post(message));
    }
    if (type === "height" && !this.hasAttribute("height") && Number.isFinite(detail.height)) {
      // Two pixels of the border do not belong to the page.
      this.#frame.style.height = `${Math.min(Math.max(detail.height, HEIGHT_PX.min), HEIGHT_PX.max) + 2}px`;
    }
    this.dispatchEvent(new CustomEvent(`playground-${type}`, { detail }));
  }

  #clear() {
    this.#observer?.disconnect();
    this.#listening?.abort();
    this.#observer = this.#listening = this.#frame = null;
    this.#ready = false;
    this.#root.replaceChildren();
  }
}

if (!customElements.get("raft-playground")) customElements.define("raft-playground", RaftPlayground);
