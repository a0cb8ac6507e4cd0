package dev.sallyport.mcp.upstream;

import dev.sallyport.identity.action.Refusal;
import dev.sallyport.identity.action.RefusalCode;
import dev.sallyport.mcp.upstream.StdioCall.Event;
import dev.sallyport.mcp.wire.Json;
import dev.sallyport.mcp.wire.RpcError;
import dev.sallyport.mcp.wire.RpcMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Follows what a process tells of its own accord. For the thread that watches. */
final class StdioWatch {
  /** What a process was lent is looked at anew after that. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private final StdioSession session;
  private final StdioSettings settings;
  private final UpstreamEvents events;

  StdioWatch(StdioSession session, StdioSettings settings, UpstreamEvents events) {
    this.session = session;
    this.settings = settings;
    this.events = events;
  }

  /** Until the server ends it; false if the server tells nothing of its own accord. */
  boolean run(Interests interests) {
    return session.isStateless() ? listen(interests) : watch(interests);
  }

  private boolean watch(Interests interests) {
    var told = session.watch();
    Set<String> subscribed = ConcurrentHashMap.newKeySet();
    var more =
        new MoreUris(uri ->
            asked(Protocol.SUBSCRIBE, uri) instanceof UpstreamAnswer.Result && subscribed.add(uri));
    try {
      for (var uri : interests.uris()) {
        var _ = more.uri(uri);
      }
      events.watching(new Interests(true, subscribed), Optional.of(more));
      follow(told);
      return true;
    } finally {
      more.end();
      session.endWatch(told);
      unsubscribe(subscribed);
    }
  }

  private void unsubscribe(Set<String> subscribed) {
    boolean interrupted = Thread.interrupted();
    try {
      for (var uri : subscribed) {
        if (session.isAlive()) {
          var _ = asked(Protocol.UNSUBSCRIBE, uri);
        }
      }
    } catch (Refusal _) {
      // The next call finds out how it is with the process.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private UpstreamAnswer asked(String method, String uri) {
    var params = Json.object().put("uri", uri);
    return session.ask(method, params, Deadline.in(settings.timeout()), Conversation.none());
  }

  private boolean listen(Interests interests) {
    var params = Protocol.listenParams(interests);
    var id = new long[1];
    var told = session.listen(params, id);
    try {
      switch (nextOf(told, id[0], Deadline.in(settings.timeout()))) {
        case Event.Told(var method, var acknowledgement)
            when method.equals(Protocol.ACKNOWLEDGED) ->
            events.watching(Protocol.acknowledged(acknowledgement, interests), Optional.empty());
        case Event.Answered(var answer)
            when answer.message() instanceof RpcMessage.Failure(_, var error)
                && error.path("code").asInt() == RpcError.METHOD_NOT_FOUND -> {
          return false;
        }
        case Event.Broken() -> throw new Refusal(session.whyBroken());
        default -> throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
      }
      var deadline = Deadline.in(LONGEST);
      while (nextOf(told, id[0], deadline) instanceof Event.Told(var method, var more)) {
        Protocol.tell(events, method, more);
      }
      return true;
    } finally {
      session.endWatch(told);
    }
  }

  /** The next event, without what is told for another request. */
  private static Event nextOf(StdioCall told, long id, Deadline deadline) {
    while (true) {
      var next = told.next(deadline);
      if (!(next instanceof Event.Told(_, var params))
          || Protocol.subscription(params).equals(Long.toString(id))) {
        return next;
      }
    }
  }

  private void follow(StdioCall told) {
    var deadline = Deadline.in(LONGEST);
    while (true) {
      switch (told.next(deadline)) {
        case Event.Told(var method, var params) -> Protocol.tell(events, method, params);
        case Event.Broken() -> throw new Refusal(session.whyBroken());
        case Event.Asked _, Event.Answered _ -> throw new Refusal(RefusalCode.UPSTREAM_MALFORMED);
      }
    }
  }
}
