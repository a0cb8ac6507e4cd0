package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What an agent sees of a content, and what that tells it.
 *
 * @param view the content's shape, with references where the server chose the characters
 * @param references how many references stand in the view
 * @param bits the most that the view tells about the content, in bits, rounded up
 * @param mostBits the most that it might have told; 0 where that is not of one view
 * @param parts how each part of the content is shown, and why, as far as that was written down
 */
public record Projection(
    JsonNode view, int references, int bits, int mostBits, List<ShownPart> parts) {
  public Projection {
    parts = List.copyOf(parts);
  }

  /** One of which no more is known. */
  public Projection(JsonNode view, int references, int bits) {
    this(view, references, bits, 0, List.of());
  }

  /** The same in another form. */
  Projection as(JsonNode other) {
    return new Projection(other, references, bits, mostBits, parts);
  }

  /** What the agent sees, and no more. */
  @Override
  public String toString() {
    return "Projection[view=" + view + ", references=" + references + ", bits=" + bits + "]";
  }
}
