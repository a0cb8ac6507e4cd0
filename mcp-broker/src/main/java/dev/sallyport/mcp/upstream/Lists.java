package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Asks a server for all that it lists, page by page: however small its pages are, but no more than
 * there is room and time for. A list that is too long is left out; the others stay. For one thread.
 */
final class Lists {
  /** The most items of one list. */
  static final int MAX_ITEMS = 10_000;

  /** The most bytes that the lists of one server take together, as they are sent. */
  static final long MAX_BYTES = 64L << 20;

  /** How long all the lists of one server may take together. */
  static final Duration LONGEST = Duration.ofMinutes(5);

  /** The most pages of one list that hold nothing. */
  static final int MAX_EMPTY_PAGES = 100;

  private final Source source;
  private final LongSupplier nanoTime;
  private final long began;
  private final Map<String, String> leftOut = new TreeMap<>();
  private long bytes;

  /**
   * A page of a list.
   *
   * @param bytes how much it is, as it was sent
   */
  record Page(ObjectNode content, long bytes) {}

  /** Asks a list method for the page that the params name. */
  @FunctionalInterface
  interface Source {
    Page page(String method, ObjectNode params);
  }

  Lists(Source source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /**
   * All that the server lists, of each kind that it says it has. Templates are left out with the
   * resources: what cannot be read by its own state is not to be read by a template.
   *
   * @throws Refusal with UPSTREAM_MALFORMED if its lists are none, with UPSTREAM_TIMEOUT if they
   *     take too long, or whatever the source throws
   */
  Listing all(ObjectNode introduction) {
    var capabilities = introduction.path("capabilities");
    boolean hasTools = capabilities.isEmpty() || capabilities.has("tools");
    var tools = hasTools ? list("tools/list", "tools") : none();
    var prompts = capabilities.has("prompts") ? list("prompts/list", "prompts") : none();
    var resources = capabilities.has("resources") ? list("resources/list", "resources") : none();
    boolean hasTemplates = capabilities.has("resources") && !leftOut.containsKey("resources/list");
    var templates = hasTemplates ? list("resources/templates/list", "resourceTemplates") : none();
    return new Listing(introduction, tools, prompts, resources, templates, leftOut);
  }

  private static List<ObjectNode> none() {
    return List.of();
  }

  /** All items of all pages; none if they are too many. */
  private List<ObjectNode> list(String method, String member) {
    long before = bytes;
    var items = new ArrayList<ObjectNode>();
    if (isWhole(method, member, items)) {
      return items;
    }
    bytes = before;
    leftOut.put(method, Listing.TOO_LONG);
    return none();
  }

  /**
   * Adds all items of all pages; whether there was room for them. A page that says the same as the
   * one before was the last: some servers know no cursors, but name one.
   */
  private boolean isWhole(String method, String member, List<ObjectNode> items) {
    var params = Json.object();
    var cursors = new HashSet<String>();
    JsonNode before = Json.object();
    int empty = 0;
    while (true) {
      var page = page(method, params);
      var content = page.content();
      if (isSamePage(member, before, content)) {
        return true;
      }
      before = content;
      bytes += page.bytes();
      if (bytes > MAX_BYTES || content.path(member).size() > MAX_ITEMS - items.size()) {
        return false;
      }
      add(method, content.path(member), items);
      var cursor = content.path("nextCursor").textValue();
      if (cursor == null) {
        return true;
      }
      empty += content.path(member).isEmpty() ? 1 : 0;
      if (!cursors.add(cursor) || empty > MAX_EMPTY_PAGES) {
        throw malformed(
            method + " comes to no end: it names a nextCursor twice, or too many empty pages");
      }
      params = Json.object().put("cursor", cursor);
    }
  }

  private Page page(String method, ObjectNode params) {
    if (nanoTime.getAsLong() - began > LONGEST.toNanos()) {
      throw new Refusal(RefusalCode.UPSTREAM_TIMEOUT)
          .because(
              "its lists take more than %d minutes; have it list less, or more on each page"
                  .formatted(LONGEST.toMinutes()));
    }
    return source.page(method, params);
  }

  private static void add(String method, JsonNode found, List<ObjectNode> items) {
    for (var item : found) {
      if (!(item instanceof ObjectNode definition)) {
        throw malformed(method + " holds what is no object");
      }
      items.add(definition);
    }
  }

  private static Refusal malformed(String trouble) {
    return new Refusal(RefusalCode.UPSTREAM_MALFORMED).because(trouble);
  }

  private static boolean isSamePage(String member, JsonNode before, JsonNode page) {
    return page.path("nextCursor").isTextual()
        && page.path("nextCursor").equals(before.path("nextCursor"))
        && page.path(member).equals(before.path(member));
  }
}
