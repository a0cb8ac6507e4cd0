// Tools that answer at once, with each kind of content.
import { WAV, image, text } from "./samples.mjs";

export function addContentTools(server) {
  server.registerTool("test_simple_text", { description: "Answers with a text" }, () =>
    text("This is a simple text response for testing."),
  );
  server.registerTool("test_image_content", { description: "Answers with an image" }, () => ({
    content: [image],
  }));
  server.registerTool("test_audio_content", { description: "Answers with a sound" }, () => ({
    content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }],
  }));
  server.registerTool("test_embedded_resource", { description: "Answers with a resource" }, () => ({
    content: [resource("test://embedded-resource", "text/plain", "This is an embedded resource.")],
  }));
  server.registerTool(
    "test_multiple_content_types",
    { description: "Answers with a text, an image and a resource" },
    () => ({
      content: [
        { type: "text", text: "Multiple content types test:" },
        image,
        resource("test://mixed-content-resource", "application/json", '{"value":123}'),
      ],
    }),
  );
  server.registerTool("test_error_handling", { description: "Fails" }, () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
}

const resource = (uri, mimeType, content) => ({
  type: "resource",
  resource: { uri, mimeType, text: content },
});
