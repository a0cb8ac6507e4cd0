package dev.sallyport.llm.spi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells the calls of tools of one streamed answer apart, in chat form. Some providers give one
 * index to all calls, or none to any, and tell them apart by their ids. For one thread.
 */
public final class CallPlaces {
  private static final int NO_INDEX = -1;

  private final List<String> ids = new ArrayList<>();
  private final Map<Told, Integer> places = new HashMap<>();

  /** What a delta says of which call it means; an id is empty if it says none. */
  private record Told(int index, String id) {
    Told withoutId() {
      return new Told(index, "");
    }
  }

  /** Which call a delta of one tells of: from 0, in the order in which they begin. */
  public int of(JsonNode delta) {
    int index = Math.max(NO_INDEX, delta.path("index").asInt(NO_INDEX));
    var told = new Told(index, delta.path("id").asText(""));
    int place = place(told, isNamed(delta));
    note(told, place);
    note(new Told(NO_INDEX, told.id()), place);
    return place;
  }

  private int place(Told told, boolean named) {
    var last = places.get(told.withoutId());
    if (last == null) {
      return begin(told);
    }
    var known = told.id().isEmpty() ? null : places.get(told);
    if (known != null) {
      return known;
    }
    return begins(told, named, ids.get(last)) ? begin(told) : last;
  }

  /** Some providers write a name again in every delta, and some another id, but not both. */
  private static boolean begins(Told told, boolean named, String lastId) {
    boolean placed = told.index() != NO_INDEX;
    if (told.id().isEmpty()) {
      return !placed && named && lastId.isEmpty();
    }
    return !placed || (named && !lastId.isEmpty());
  }

  private int begin(Told told) {
    ids.add(told.id());
    return ids.size() - 1;
  }

  private void note(Told told, int place) {
    places.put(told.withoutId(), place);
    if (ids.get(place).isEmpty()) {
      ids.set(place, told.id());
    }
    if (!told.id().isEmpty() && ids.get(place).equals(told.id())) {
      places.put(told, place);
    }
  }

  private static boolean isNamed(JsonNode delta) {
    return !delta.at("/function/name").asText("").isEmpty()
        || !delta.at("/custom/name").asText("").isEmpty();
  }
}
