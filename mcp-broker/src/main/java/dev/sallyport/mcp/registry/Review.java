package dev.sallyport.mcp.registry;

import dev.sallyport.mcp.definition.DefinitionDiff;
import java.util.List;
import java.util.Optional;

/**
 * A definition as a person who decides about it is shown it.
 *
 * @param approved what was approved before and is no longer what the server lists, or what this may
 *     be in a new name
 * @param diff what became different from that
 * @param flags what else to know, in words
 * @param gone whether it was approved of an item that the server no longer lists in any form
 */
public record Review(
    DescribedItem item,
    Optional<DescribedItem> approved,
    Optional<DefinitionDiff> diff,
    List<String> flags,
    boolean gone) {
  public Review {
    flags = List.copyOf(flags);
  }
}
