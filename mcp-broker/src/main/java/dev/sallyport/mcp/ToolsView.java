package dev.sallyport.mcp;

import java.util.Arrays;
import java.util.Optional;

/** How tools are listed. */
public enum ToolsView {
  /** All of them. */
  LIST("list"),
  /** Only {@code search_tools} and {@code call_tool}, by which all of them are used. */
  SEARCH("search");

  private final String label;

  ToolsView(String label) {
    this.label = label;
  }

  /** The view of a name; empty if there is none of it. */
  public static Optional<ToolsView> find(String name) {
    return Arrays.stream(values()).filter(view -> view.label.equals(name)).findFirst();
  }
}
