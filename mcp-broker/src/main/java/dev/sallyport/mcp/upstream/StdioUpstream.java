package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.vault.Lent;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * A server that is a process of ours, spoken to over its standard input and output.
 *
 * <p>What a process was lent it holds for its lifetime, so that nothing is lent to a single call.
 * One process serves all, unless the server speaks in sessions and a client has something that sets
 * it apart: such a client's owner has a process of its own, since on one input and output nothing
 * says whose request a server asks or logs about.
 */
public final class StdioUpstream implements Upstream {
  /** The most processes of one server besides the one that is shared. */
  static final int MOST_PROCESSES = 16;

  private final StdioSettings settings;
  private final ProcessStarter starter;
  private final Runnable suspect;
  private final LongAdder dropped = new LongAdder();
  private final StdioProcess shared;
  private final OwnPlaces<StdioProcess> own;

  /** What the server lists to a client that can do all, until it may list something else. */
  private volatile Optional<Seen> seen = Optional.empty();

  /**
   * A listing.
   *
   * @param digest of what was listed to a plain client at that time
   */
  private record Seen(String digest, Listing listing) {}

  /**
   * A server.
   *
   * @param suspect is run when the server may have something else than it had
   */
  public StdioUpstream(StdioSettings settings, ProcessStarter starter, Runnable suspect) {
    this(settings, starter, suspect, System::nanoTime);
  }

  StdioUpstream(
      StdioSettings settings, ProcessStarter starter, Runnable suspect, LongSupplier nanoTime) {
    this.settings = settings;
    this.starter = starter;
    this.suspect =
        () -> {
          seen = Optional.empty();
          suspect.run();
        };
    this.shared =
        new StdioProcess(settings, starter, ClientFace.PLAIN, true, this.suspect, dropped);
    this.own = new OwnPlaces<>(MOST_PROCESSES, nanoTime);
  }

  @Override
  public Listing inspect(Lent lent) {
    own.expired().forEach(StdioProcess::close);
    var session = shared.session(Deadline.in(settings.timeout()));
    var introduction = session.introduction();
    if (session.isStateless()) {
      return shared.listing(introduction, Conversation.able());
    }
    var plain = shared.listing(introduction, Conversation.none());
    var known = seen;
    if (known.isPresent() && known.get().digest().equals(plain.digest())) {
      return known.get().listing();
    }
    return seenByAbleClient(plain);
  }

  /**
   * What a process lists that is told of an able client, and is started for that. Where a server
   * can run only once, it is what all are told.
   */
  private Listing seenByAbleClient(Listing plain) {
    var process =
        new StdioProcess(settings.inSessions(), starter, ClientFace.ABLE, false, () -> {}, dropped);
    try {
      var listing = process.listing(plain.introduction(), Conversation.able());
      seen = Optional.of(new Seen(plain.digest(), listing));
      return listing;
    } catch (Refusal _) {
      return plain;
    } finally {
      process.close();
    }
  }

  @Override
  public UpstreamAnswer ask(UpstreamRequest request, Lent lent, Conversation conversation) {
    var deadline = Deadline.in(settings.timeout());
    var face = conversation.client();
    if (face.isPlain() || shared.session(deadline).isStateless()) {
      return shared.ask(request, deadline, conversation);
    }
    return own.using(
        request.owner(),
        face,
        () -> new StdioProcess(settings.inSessions(), starter, face, false, suspect, dropped),
        StdioProcess::close,
        process -> process.ask(request, deadline, conversation));
  }

  @Override
  public Optional<String> trouble() {
    return shared.trouble();
  }

  @Override
  public long droppedLogs() {
    return dropped.sum();
  }

  @Override
  public boolean watch(Interests interests, Lent lent, UpstreamEvents events) {
    var session = shared.session(Deadline.in(settings.timeout()));
    return new StdioWatch(session, settings, events).run(interests);
  }

  @Override
  public void close() {
    shared.close();
    own.all().forEach(StdioProcess::close);
  }
}
