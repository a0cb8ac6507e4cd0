// Small contents, and the shapes that answers are made of.

// One bluish pixel.
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mMQSDgAAAG0ATFAwG6HAAAAAElFTkSuQmCC";

// A millisecond of silence.
export const WAV = "UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA==";

// The answer of a tool that says one thing.
export const text = (said) => ({ content: [{ type: "text", text: said }] });

export const image = { type: "image", data: PNG, mimeType: "image/png" };

export const pause = (millis, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("cancelled"));
    });
  });

// The schema of an object of which these members are required.
export const object = (properties) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
});
