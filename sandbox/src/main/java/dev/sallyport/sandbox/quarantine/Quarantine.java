package dev.sallyport.sandbox.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds untrusted content for the turns that it came to, and shows agents projections of it.
 *
 * <p>A projection has the shape of its content. Null, true, false, the empty string and bounded
 * numbers stand in it as they are; the names of members stand in it if they are in the approved
 * {@link Vocabulary}. Everything else is one string, a reference such as {@code
 * {{addr#2.k4mzq7wx2a}}}, also where the name of a member was. So not one character in it was
 * chosen by a server, and it is the same for any two contents that differ in their texts only.
 *
 * <pre>{@code
 * {"owner": "{{addr#1.k4mzq7wx2a}}", "arr": 120000, "notes": "{{txt#2.k4mzq7wx2a}}"}
 * }</pre>
 *
 * <p>References hold within one turn, until it is forgotten. Where there is no room for all turns,
 * the owner that has most held loses first; what a turn was told stays counted. {@link #resolve}
 * puts the held text into arguments; {@link QuarantineTools} has what an agent may ask about it.
 * What is told is counted in bits: {@link QuarantineLimits}. Values are kept in memory only.
 * Thread-safe.
 */
public final class Quarantine {
  private static final String NONCE_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int NONCE_CHARS = 10;

  private final QuarantineLimits limits;
  private final SecureRandom random;
  private final InstantSource clock;

  /** The one used longest ago first. */
  private final Map<String, Holdings> turns = new LinkedHashMap<>(16, 0.75f, true);

  /** Whose the turns are. Guarded by {@code turns}. */
  private final Map<String, String> owners = new HashMap<>();

  private final AtomicLong heldChars = new AtomicLong();

  /**
   * An empty one.
   *
   * @param clock for what comes back over time
   */
  public Quarantine(QuarantineLimits limits, SecureRandom random, InstantSource clock) {
    this.limits = limits;
    this.random = random;
    this.clock = clock;
  }

  /** The bounds that hold here. */
  public QuarantineLimits limits() {
    return limits;
  }

  /** Whose a turn is, if it is known. */
  public Optional<String> owner(String turn) {
    synchronized (turns) {
      return Optional.ofNullable(owners.get(turn));
    }
  }

  /** Says whose a turn is. One of which it is not said is the only one of its owner. */
  public void owned(String turn, String owner) {
    synchronized (turns) {
      var _ = holdings(turn);
      owners.put(turn, owner);
    }
  }

  /**
   * Takes a content in and gives its projection.
   *
   * @param source where it came from, as a person may read it; not of the content's making
   * @param vocabulary the member names that may be shown
   */
  public Projection project(String turn, String source, Vocabulary vocabulary, JsonNode content) {
    return projected(turn, source, vocabulary, p -> p.projection(p.view(content)));
  }

  /**
   * Takes the result of an MCP tool in, and gives the result that the agent may see.
   *
   * <p>Its {@code content} is one text, the projection as JSON, which is also its {@code
   * structuredContent}, always an object: the projected structured content where there is some, or
   * else the one text block if that is JSON, or {@code {"text": …}}, or {@code {"blocks": […]}}.
   * What the blocks say beside structured content comes in a second text, as {@code {"attachments":
   * […]}}. A failure is {@code {"error": "tool_error", "message": …}}. Its {@code _meta} says how
   * much was told.
   *
   * @return a projection whose view is that whole result
   */
  public Projection projectToolResult(
      String turn, String source, Vocabulary vocabulary, JsonNode result) {
    return projected(
        turn,
        source,
        vocabulary,
        p -> new ToolResults(p, limits.maxContentChars()).project(result));
  }

  /**
   * Takes a JSON-RPC error in.
   *
   * @return a projection whose view is {@code {"error": class, "message": …, "data": …}}, the class
   *     out of a closed set
   */
  public Projection projectError(String turn, String source, JsonNode error) {
    return projected(turn, source, Vocabulary.NONE, p -> ProtocolErrors.project(p, error));
  }

  /**
   * Puts the held text in the place of every reference in every string of the arguments.
   *
   * <p>Strings stay strings: a held number or object comes as its JSON text. What comes in is not
   * looked through again. Text that only looks like a template is left as it is.
   *
   * @throws UnknownReferenceException if there is a reference that this turn does not hold, that is
   *     not exact, or that stands in the name of a member
   */
  public Resolved resolve(String turn, JsonNode arguments) {
    return existing(turn, holdings -> new Resolver(holdings, limits).resolve(arguments))
        .orElseGet(() -> Resolver.withoutTurn(arguments));
  }

  /**
   * A final answer as its reader may see it: held text, made safe and marked as external, in the
   * place of references.
   */
  public String renderForHuman(String turn, String text) {
    return existing(turn, holdings -> Resolver.render(holdings, text))
        .orElseGet(() -> Resolver.renderWithoutTurn(text));
  }

  /** What the agent of this turn asked to show to the person, in order. */
  public List<Shown> shown(String turn) {
    return existing(turn, Holdings::shown).orElse(List.of());
  }

  /** Drops all that the turn holds. */
  public void forget(String turn) {
    Optional<Holdings> held;
    synchronized (turns) {
      held = Optional.ofNullable(turns.remove(turn));
      owners.remove(turn);
    }
    held.ifPresent(this::release);
  }

  /** A held value. */
  Held held(String turn, String token) {
    var found = Reference.EXACT.matcher(token);
    if (!found.matches()) {
      throw new UnknownReferenceException(UnknownReferenceException.Reason.MALFORMED);
    }
    return existing(turn, holdings -> holdings.find(Reference.of(found)))
        .orElseThrow(() -> new UnknownReferenceException(UnknownReferenceException.Reason.UNKNOWN));
  }

  /** Makes a projection by hand. */
  Projection projected(
      String turn,
      String source,
      Vocabulary vocabulary,
      Function<Projector, Projection> projection) {
    return with(
        turn, holdings -> projection.apply(new Projector(holdings, limits, vocabulary, source)));
  }

  /** Looks into a held value; empty if looks into its result have told all they may. */
  Optional<Projection> look(String turn, Held held, Function<Projector, Projection> projection) {
    return with(
        turn,
        holdings -> {
          if (held.looks().isSpent()) {
            return Optional.<Projection>empty();
          }
          var looked = projection.apply(new Projector(holdings, limits, held));
          held.looks().spend(looked.bits());
          return Optional.of(looked);
        });
  }

  /**
   * Makes something of several held values: looks into it take from what looks into each may tell.
   */
  Projection composed(String turn, List<Held> parts, Function<Projector, Projection> projection) {
    var looks = LookBudget.joined(parts.stream().map(Held::looks).toList());
    var source = parts.stream().map(Held::source).distinct().collect(Collectors.joining(", "));
    return with(
        turn,
        holdings ->
            projection.apply(new Projector(holdings, limits, Vocabulary.NONE, source, looks)));
  }

  /** Does something with what a turn holds; nobody else does meanwhile. */
  <T> T with(String turn, Function<Holdings, T> work) {
    while (true) {
      var done = attempt(holdings(turn), work);
      if (done.isPresent()) {
        makeRoom(turn);
        return done.get();
      }
    }
  }

  private <T> Optional<T> existing(String turn, Function<Holdings, T> work) {
    Optional<Holdings> held;
    synchronized (turns) {
      held = Optional.ofNullable(turns.get(turn));
    }
    return held.flatMap(holdings -> attempt(holdings, work));
  }

  /** Empty if the turn was forgotten meanwhile. */
  private <T> Optional<T> attempt(Holdings holdings, Function<Holdings, T> work) {
    synchronized (holdings) {
      if (holdings.forgotten()) {
        return Optional.empty();
      }
      try {
        return Optional.of(work.apply(holdings));
      } finally {
        heldChars.addAndGet(holdings.settle());
      }
    }
  }

  private Holdings holdings(String turn) {
    synchronized (turns) {
      return turns.computeIfAbsent(
          turn,
          _ -> {
            var holdings = new Holdings(nonce(), limits, clock);
            heldChars.addAndGet(holdings.settle());
            return holdings;
          });
    }
  }

  private void makeRoom(String except) {
    while (heldChars.get() > limits.maxHeldChars()) {
      var next = nextToEmpty(except);
      if (next.isPresent()) {
        empty(next.get());
      } else if (!forgetOldest(except)) {
        return;
      }
    }
  }

  /** Where only counts are left, far more of them than there are turns under way, they go, too. */
  private boolean forgetOldest(String except) {
    Optional<String> oldest;
    synchronized (turns) {
      oldest = turns.keySet().stream().findFirst().filter(turn -> !turn.equals(except));
    }
    oldest.ifPresent(this::forget);
    return oldest.isPresent();
  }

  /** Of the owner that has most, the turn that was used longest ago. */
  private Optional<Holdings> nextToEmpty(String except) {
    synchronized (turns) {
      Map<String, Long> weights = new HashMap<>();
      Map<String, Holdings> oldest = new HashMap<>();
      turns.forEach((turn, holdings) -> {
        var owner = owners.getOrDefault(turn, turn);
        weights.merge(owner, holdings.settled(), Long::sum);
        if (!turn.equals(except) && holdings.settled() > Holdings.TURN_WEIGHT) {
          oldest.putIfAbsent(owner, holdings);
        }
      });
      return weights.entrySet().stream()
          .filter(entry -> oldest.containsKey(entry.getKey()))
          .max(Map.Entry.comparingByValue())
          .map(entry -> oldest.get(entry.getKey()));
    }
  }

  /** Drops the values of a turn; what it was told stays counted until it is forgotten. */
  private void empty(Holdings holdings) {
    synchronized (holdings) {
      holdings.empty();
      heldChars.addAndGet(holdings.settle());
    }
  }

  private void release(Holdings holdings) {
    synchronized (holdings) {
      if (!holdings.forgotten()) {
        holdings.forget();
        heldChars.addAndGet(holdings.settle());
      }
    }
  }

  private String nonce() {
    return random
        .ints(NONCE_CHARS, 0, NONCE_ALPHABET.length())
        .mapToObj(i -> String.valueOf(NONCE_ALPHABET.charAt(i)))
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return "Quarantine[]";
  }
}
