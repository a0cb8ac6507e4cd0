package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.node.TextNode;

/** A reference in a view: the text of its token, of which it is known that no content wrote it. */
final class ReferenceNode extends TextNode {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  ReferenceNode(Reference reference) {
    super(reference.token());
    this.kind = reference.kind();
  }

  Kind kind() {
    return kind;
  }
}
