package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.digest.Sha256;
import dev.sallyport.mcp.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that a server says it has, as the server wrote it.
 *
 * @param introduction what it says of itself: {@code serverInfo}, {@code capabilities} and {@code
 *     instructions}, as far as it gave them
 * @param unfit what it has that can be none of these: the reasons, stable codes, by name; of a
 *     whole list that was left out by the name of its method
 */
public record Listing(
    ObjectNode introduction,
    List<ObjectNode> tools,
    List<ObjectNode> prompts,
    List<ObjectNode> resources,
    List<ObjectNode> templates,
    Map<String, String> unfit) {
  /** Why a whole list is left out: it holds more than there is room for. */
  static final String TOO_LONG = "list_too_long";

  /** All of it. */
  public Listing(
      ObjectNode introduction,
      List<ObjectNode> tools,
      List<ObjectNode> prompts,
      List<ObjectNode> resources,
      List<ObjectNode> templates) {
    this(introduction, tools, prompts, resources, templates, Map.of());
  }

  public Listing {
    tools = List.copyOf(tools);
    prompts = List.copyOf(prompts);
    resources = List.copyOf(resources);
    templates = List.copyOf(templates);
    unfit = Map.copyOf(unfit);
  }

  /** The digest of all of it: whatever the server says otherwise gives another. */
  public String digest() {
    var whole = Json.object();
    whole.set("introduction", introduction);
    whole.putArray("tools").addAll(tools);
    whole.putArray("prompts").addAll(prompts);
    whole.putArray("resources").addAll(resources);
    whole.putArray("templates").addAll(templates);
    unfit.forEach(whole.putObject("unfit")::put);
    return Sha256.hex(Json.bytes(whole));
  }

  /** What of its lists is not used, and what to do about it, in words of ours; empty if all is. */
  public Optional<String> trouble() {
    var left =
        unfit.entrySet().stream()
            .filter(one -> one.getValue().equals(TOO_LONG))
            .map(Map.Entry::getKey)
            .sorted()
            .collect(Collectors.joining(", "));
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "nothing of %s is used: more than %d items, or more than %d MiB with the other lists;"
                    .formatted(left, Lists.MAX_ITEMS, Lists.MAX_BYTES >> 20)
                + " have it list less");
  }

  /** How many items there are of all kinds. */
  public int size() {
    return tools.size() + prompts.size() + resources.size() + templates.size();
  }
}
