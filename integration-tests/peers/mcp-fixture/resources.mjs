// The resources, their template, and how it is completed.
import { ResourceTemplate } from "@modelcontextprotocol/server";
import { PNG } from "./samples.mjs";

export function addResources(server) {
  addResource(server, "static-text", "text/plain", {
    text: "This is the content of the static text resource.",
  });
  addResource(server, "static-binary", "image/png", { blob: PNG });
  addResource(server, "watched-resource", "text/plain", { text: "This may be watched." });

  const template = new ResourceTemplate("test://template/{id}/data", {
    list: undefined,
    complete: { id: (start) => ["123", "124", "200"].filter((id) => id.startsWith(start)) },
  });
  server.registerResource(
    "template",
    template,
    { description: "Some data for every id", mimeType: "application/json" },
    (uri, { id }) => {
      const data = { id, templateTest: true, data: `Data for ID: ${id}` };
      return contents(uri.href, "application/json", { text: JSON.stringify(data) });
    },
  );
}

function addResource(server, name, mimeType, content) {
  const uri = `test://${name}`;
  const description = `The resource ${name}`;
  server.registerResource(name, uri, { description, mimeType }, () =>
    contents(uri, mimeType, content),
  );
}

const contents = (uri, mimeType, content) => ({ contents: [{ uri, mimeType, ...content }] });
