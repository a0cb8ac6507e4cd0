package dev.sallyport.mcp.upstream;

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
 * says whose request a server asks or logs about. What a server in sessions lists, it lists in the
 * process that serves all, to a client that can do nothing: a process more could harm what that one
 * holds.
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
    this.suspect = suspect;
    this.shared = new StdioProcess(settings, starter, ClientFace.PLAIN, true, suspect, dropped);
    this.own = new OwnPlaces<>(MOST_PROCESSES, nanoTime);
  }

  @Override
  public Listing inspect(Lent lent) {
    own.expired().forEach(StdioProcess::close);
    var session = shared.session(Deadline.in(settings.timeout()));
    var client = session.isStateless() ? Conversation.able() : Conversation.none();
    return shared.listing(session.introduction(), client);
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
