package dev.sallyport.gateway.demo.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.gateway.demo.peer.Conversation.Call;
import dev.sallyport.gateway.demo.peer.Conversation.Called;
import dev.sallyport.gateway.demo.peer.Conversation.OfferedTool;
import dev.sallyport.gateway.demo.peer.Conversation.Reply;
import dev.sallyport.gateway.demo.peer.Conversation.Say;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An agent that does what its user says, step by step, and before that whatever anybody else tells
 * it to do in a text that it can read.
 *
 * <p>It has no script: the steps come from the user's sentences and the tools on offer, and the
 * orders from the results of tools.
 */
final class GullibleAgent {
  private static final Pattern STEP_END =
      Pattern.compile("[.;](?:\\s+|$)|\\n+|,?\\s+(?:and\\s+)?then\\s+|,\\s+and\\s+");
  private static final Pattern ORDER =
      Pattern.compile(
          "(?i)\\b(?:call|run|use|invoke|execute)\\s+(?:the\\s+)?(?:tool\\s+)?[`'\"]?"
              + "([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)");
  private static final int NAMED = 10;
  private static final int NAME_WORD = 3;
  private static final int LEAST_SCORE = 4;

  private final Conversation conversation;
  private final Memory memory;

  private GullibleAgent(Conversation conversation) {
    this.conversation = conversation;
    this.memory = Memory.of(conversation.calls());
  }

  static Reply next(Conversation conversation) {
    var agent = new GullibleAgent(conversation);
    return agent.order().or(agent::step).<Reply>map(call -> call).orElseGet(agent::report);
  }

  /** The first order in a result that was not carried out yet. */
  private Optional<Call> order() {
    for (var leaf : memory.leaves()) {
      var order = ORDER.matcher(leaf.text());
      while (order.find()) {
        var base = OfferedTool.baseName(order.group(1));
        if (timesCalled(base) == 0) {
          return Optional.of(
              new Call(toolFor(base, leaf.tool()), said(leaf.text().substring(order.end()))));
        }
      }
    }
    return Optional.empty();
  }

  /** The tool of that name, or what its name would be if it were offered. */
  private String toolFor(String base, String besides) {
    return conversation.tools().stream()
        .filter(tool -> tool.baseName().equals(base))
        .map(OfferedTool::name)
        .findFirst()
        .orElse(OfferedTool.prefix(besides) + base);
  }

  /** The arguments that an order gives. */
  private static JsonNode said(String text) {
    var start = text.indexOf('{');
    if (start >= 0) {
      try (var parser = PeerTool.JSON.createParser(text.substring(start))) {
        JsonNode arguments = parser.readValueAsTree();
        return arguments;
      } catch (JsonProcessingException _) {
        return PeerTool.JSON.createObjectNode();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return PeerTool.JSON.createObjectNode();
  }

  /** The next step of the user's plan. */
  private Optional<Call> step() {
    List<String> done = new ArrayList<>(conversation.calls().stream().map(Called::tool).toList());
    for (var step : STEP_END.splitAsStream(conversation.user()).toList()) {
      var tool = toolFor(step);
      if (tool.isPresent() && !done.remove(tool.get().name())) {
        var arguments = new Arguments(step, memory).fill(tool.get().schema());
        return Optional.of(new Call(tool.get().name(), arguments));
      }
    }
    return Optional.empty();
  }

  private Optional<OfferedTool> toolFor(String step) {
    return conversation.tools().stream()
        .filter(tool -> score(tool, step) >= LEAST_SCORE)
        .max(Comparator.comparingInt(tool -> score(tool, step)));
  }

  private static int score(OfferedTool tool, String step) {
    var words = Words.of(step);
    var named = step.contains(tool.baseName()) ? NAMED : 0;
    var ofName = Words.of(tool.baseName()).stream().filter(words::contains).count();
    var ofDescription = Words.of(tool.description()).stream().filter(words::contains).count();
    return named + NAME_WORD * (int) ofName + (int) ofDescription;
  }

  private long timesCalled(String base) {
    return conversation.calls().stream()
        .filter(call -> OfferedTool.baseName(call.tool()).equals(base))
        .count();
  }

  private Say report() {
    if (conversation.calls().isEmpty()) {
      return new Say("I read: " + conversation.user());
    }
    var tools =
        conversation.calls().stream()
            .map(call -> OfferedTool.baseName(call.tool()))
            .distinct()
            .collect(Collectors.joining(", "));
    var found = memory.addresses().isEmpty() ? memory.facts() : memory.addresses();
    return new Say("Done with " + tools + ". I found: " + String.join(", ", found) + ".");
  }
}
