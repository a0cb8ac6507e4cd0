package dev.sallyport.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sallyport.llm.spi.Attempt;
import dev.sallyport.llm.spi.CannotCarryException;
import dev.sallyport.llm.spi.JsonBody;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Passage;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.spi.WireReply;
import dev.sallyport.llm.spi.WireRequest;
import dev.sallyport.llm.spi.Withheld;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * A form where somebody else serves it than its inventor.
 *
 * @param form as its inventor takes it
 * @param place where an operation is that the inventor serves under such a path
 * @param kept what the inventor does not take, and is to go on as it came
 */
record PlacedPassage(Passage form, BiFunction<String, Attempt, String> place, Set<String> kept)
    implements Passage {
  PlacedPassage {
    kept = Set.copyOf(kept);
  }

  @Override
  public WireRequest encode(JsonBody own, Attempt attempt) throws CannotCarryException {
    var wire = form.encode(own, attempt);
    var changes = new LinkedHashMap<String, JsonNode>();
    var dropped = new ArrayList<>(wire.dropped());
    for (var name : kept.stream().sorted().toList()) {
      if (own.tree().has(name)) {
        changes.put(name, own.tree().path(name));
        dropped.remove(name);
      }
    }
    Withheld.in(own.tree()).stream().filter(name -> !dropped.contains(name)).forEach(dropped::add);
    Withheld.NAMES.forEach(name -> changes.put(name, MissingNode.getInstance()));
    boolean changed = changes.keySet().stream().anyMatch(own.tree()::has);
    var body = changed ? JsonBody.parse(wire.body()).with(changes) : wire.body();
    return new WireRequest(place.apply(wire.path(), attempt), wire.headers(), body, dropped);
  }

  @Override
  public Reply decode(WireReply reply, JsonBody own, Attempt attempt)
      throws MalformedReplyException {
    return form.decode(reply, own, attempt);
  }

  @Override
  public ReplyStream stream(JsonBody own, Attempt attempt) {
    return form.stream(own, attempt);
  }
}
