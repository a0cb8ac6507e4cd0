package dev.sallyport.sandbox.label;

import java.util.List;

/**
 * Where each part of the arguments of a call comes from.
 *
 * @param leaves one for every string, number, truth value and null in them, in their order
 */
public record Provenance(List<Leaf> leaves) {
  public Provenance {
    leaves = List.copyOf(leaves);
  }

  /**
   * Where one of them comes from.
   *
   * @param pointer where it stands, as a JSON pointer
   * @param label the label of what it was made of
   * @param references those that stand in it, each once
   */
  public record Leaf(String pointer, Origin origin, Label label, List<String> references) {
    public Leaf {
      references = List.copyOf(references);
    }
  }
}
