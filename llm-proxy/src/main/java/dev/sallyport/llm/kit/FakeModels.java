package dev.sallyport.llm.kit;

import dev.sallyport.llm.kit.Behaviour.How;
import java.net.URI;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Decides what a fake provider answers to which request. Thread-safe. */
final class FakeModels {
  private static final int MOST_RECEIVED = 2_000;

  private final Map<String, Rules> rules = new ConcurrentHashMap<>();
  private final GoogleTokens tokens;
  private final Dialects dialects;
  private final Control control;
  private final ConcurrentLinkedQueue<Script> scripts = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Behaviour> behaviours = new ConcurrentLinkedQueue<>();
  private final BlockingDeque<Received> received = new LinkedBlockingDeque<>(MOST_RECEIVED);
  private final AtomicReference<Optional<String>> key = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Playbook> playbook = new AtomicReference<>(Playbook.EMPTY);
  private final AtomicLong numbers = new AtomicLong();
  private final Meter meter = new Meter();
  private volatile boolean strict = true;

  /**
   * Those of one provider.
   *
   * @param root where it is
   */
  FakeModels(URI root, InstantSource clock) {
    tokens = new GoogleTokens(root, clock);
    dialects = new Dialects("org-" + root.getPort(), tokens, rules);
    control = new Control(meter, tokens, this::behaves);
  }

  /**
   * What is sent, and who is told how that ended.
   *
   * @param ended is told how many pieces were sent, and whether the other side left
   */
  record Answer(Script script, Ended ended) {}

  /** Is told how an answer ended. */
  @FunctionalInterface
  interface Ended {
    void accept(int pieces, boolean left);
  }

  void answers(Collection<Script> next) {
    scripts.addAll(next);
  }

  void behaves(Collection<String> next) {
    behaviours.addAll(next.stream().map(Behaviour::of).toList());
  }

  void follows(Playbook book) {
    playbook.set(book);
  }

  void wants(String secret) {
    key.set(Optional.of(secret));
  }

  void rules(String protocol, Rules more) {
    rules.put(protocol, more);
  }

  String serviceAccount() {
    return tokens.account();
  }

  void lenient() {
    strict = false;
  }

  private void keep(Received request) {
    while (!received.offer(request)) {
      var _ = received.poll();
    }
  }

  List<Received> received() {
    return List.copyOf(received);
  }

  Meter meter() {
    return meter;
  }

  Answer answer(Received request) {
    var own = control.answer(request);
    if (own.isPresent()) {
      return unmetered(own.get());
    }
    keep(request);
    if (tokens.isFor(request)) {
      return unmetered(tokens.exchange(request));
    }
    var dialect = dialects.of(request);
    if (dialect.isPresent()) {
      return guarded(dialect.get(), () -> spoken(dialect.get(), request));
    }
    var side = dialects.beside(request);
    if (side.isPresent()) {
      return guarded(side.get().dialect(), () -> beside(side.get(), request));
    }
    var next = scripts.poll();
    return unmetered(
        next == null ? Script.json(404, "{\"error\":{\"message\":\"no such path\"}}") : next);
  }

  private static Answer guarded(Dialect dialect, Supplier<Answer> answer) {
    try {
      return answer.get();
    } catch (Objection objection) {
      return unmetered(dialect.refusal(objection));
    }
  }

  private static Answer unmetered(Script script) {
    return new Answer(script, (_, _) -> {});
  }

  private Answer beside(Side side, Received request) {
    admit(side.dialect(), request);
    var next = scripts.poll();
    if (next != null) {
      return unmetered(next);
    }
    var played = side.answer().apply(request);
    return metered(side.dialect().name(), "", numbers.incrementAndGet(), played, true);
  }

  private Answer spoken(Dialect dialect, Received request) {
    admit(dialect, request);
    if (strict) {
      dialect.check(request);
    }
    var next = scripts.poll();
    if (next != null) {
      return unmetered(next);
    }
    var asked = dialect.asked(request);
    var behaviour =
        Optional.ofNullable(behaviours.poll())
            .or(() -> playbook.get().next(asked.model()))
            .or(() -> Behaviour.ofModel(asked.model()));
    var canned = behaviour.isEmpty() ? CannedAnswers.of(dialect, asked) : Optional.<Played>empty();
    long number = numbers.incrementAndGet();
    var played =
        canned.orElseGet(
            () -> play(dialect, asked, request, behaviour.orElse(Behaviour.of("text")), number));
    return metered(dialect.name(), asked.model(), number, played, dialect.stopsWhenCancelled());
  }

  private void admit(Dialect dialect, Received request) {
    var wanted = key.get();
    if (wanted.isPresent() && !dialect.admits(request, wanted.get())) {
      throw new Objection(401, "invalid_api_key", "invalid key " + dialect.shown(request));
    }
  }

  /**
   * An answer that is billed.
   *
   * @param stops whether a caller who leaves pays only for what was made until then
   */
  private Answer metered(String name, String model, long number, Played played, boolean stops) {
    return new Answer(
        played.script(),
        (pieces, left) -> {
          boolean whole = pieces == played.script().pieces().size();
          var usage = left && !stops ? played.usage() : played.after(pieces);
          if (!usage.equals(Usage.NONE)) {
            meter.bill(new Meter.Line(number, name, model, usage, !whole));
          }
        });
  }

  private static Played play(
      Dialect dialect, Asked asked, Received request, Behaviour behaviour, long number) {
    Speech speech;
    try {
      speech = behaviour.speech(asked);
    } catch (Objection error) {
      return Played.free(Manners.sent(behaviour, dialect.refusal(error)));
    }
    long in = Trees.tokens(request.body());
    long cached = Math.min(in, behaviour.how(How.CACHED).orElse(0));
    long written = Math.min(in - cached, behaviour.how(How.WRITTEN).orElse(0));
    var usage =
        new Usage(
            in - cached - written, cached, written, speech.textTokens(), speech.thoughtTokens());
    var take = new Take(number, asked, speech, usage);
    var played = asked.stream() ? dialect.stream(take) : dialect.whole(take);
    return Manners.of(behaviour, dialect, asked.stream(), played);
  }
}
