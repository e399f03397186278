// The playground lies in `static/playground/`, so it is served below the site's own base.
// Where the site is served.
const baseUrl = process.env.BASE_URL ?? "/";

export default {
  title: "A document with a cluster in it",
  url: "https://docs.example",
  baseUrl,
  onBrokenLinks: "throw",
  scripts: [{ src: `${baseUrl}playground/element/element.js`, type: "module" }],
  presets: [["classic", { docs: { routeBasePath: "/", sidebarPath: undefined }, blog: false, pages: false }]],
};
