import markdownIt from "markdown-it";
import { readdirSync, readFileSync } from "node:fs";

export default function (config) {
  const markdown = markdownIt();
  config.addGlobalData("studies", () =>
    readdirSync("studies").sort().map((name) => JSON.parse(readFileSync(`studies/${name}`, "utf8")))
  );
  config.addFilter("md", (text) => markdown.render(text));
  config.addFilter("words", (code) => (code || "").replaceAll("_", " ").toLowerCase());
  config.addFilter("byUpdate", (studies) =>
    [...studies]
      .sort((a, b) => day(b).localeCompare(day(a)))
      .slice(0, 100)
  );
  config.addFilter("rfc822", (text) => new Date(text).toUTCString());
  return { dir: { input: "pages", includes: "../layouts", output: "site" } };
}

const day = (study) => study.protocolSection.statusModule.lastUpdatePostDateStruct?.date || "";
