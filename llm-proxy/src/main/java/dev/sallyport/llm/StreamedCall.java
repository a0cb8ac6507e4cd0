package dev.sallyport.llm;

import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.sse.SseReader;
import dev.sallyport.llm.upstream.AttemptFailedException;
import dev.sallyport.llm.upstream.Bodies;
import dev.sallyport.llm.upstream.Upstreams;
import dev.sallyport.vault.egress.EgressException;
import dev.sallyport.vault.egress.EgressResponse;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One permitted call whose answer is streamed. Until the first event that bears something the model
 * said, nothing of any answer has gone out and another deployment may be tried; after it, never.
 */
final class StreamedCall {
  private static final int MAX_FRAME_BYTES = 4 << 20;
  private static final int MAX_HELD_EVENTS = 64;
  private static final int MAX_HELD_BYTES = 256 << 10;

  private final ModelCall call;
  private final Upstreams upstreams;
  private final ClientStream client;

  StreamedCall(ModelCall call, Upstreams upstreams, ClientStream client) {
    this.call = call;
    this.upstreams = upstreams;
    this.client = client;
  }

  /** Streams the answer, all but its last frame. */
  Performed<StreamEnd> run(Permit permit) {
    call.requireKnown();
    permit.facts().put("streamed", true);
    client.begin(call.head(permit, Optional.empty(), List.of()));
    try (var bill = call.bill(permit)) {
      var source =
          new Attempts(upstreams, permit)
              .first(bill.payable(), deployment -> open(permit, bill, deployment));
      try (source) {
        return relay(permit, bill, source);
      }
    } catch (AttemptFailedException e) {
      throw Refusals.of(e.failure(), call.request());
    } catch (ClientGoneException e) {
      return left(e);
    } catch (CallCancelledException e) {
      return givenUp(e);
    } finally {
      client.end();
    }
  }

  /** Reads as far as the first event that commits to this deployment. */
  private Source open(Permit permit, Bill bill, Deployment deployment)
      throws AttemptFailedException, ClientGoneException {
    client.check();
    var attempt = call.attempt(permit, deployment);
    var wire = call.encode(permit, deployment, attempt);
    var response = call.send(permit, bill, deployment, wire);
    var stream = upstreams.adapter(deployment).stream(call.request(), attempt);
    var reader = new SseReader(response.body(), MAX_FRAME_BYTES);
    var source = new Source(deployment, response, reader, stream, wire.dropped());
    boolean committed = false;
    try {
      if (!isStream(response)) {
        var whole = client.cancellation().during(() -> Bodies.whole(response, call.deadline()));
        var reply = call.decode(deployment, whole, attempt);
        var failure =
            reply instanceof Reply.Failed(Failure said) ? said : Failure.of(Kind.MALFORMED);
        bill.rejected(failure);
        throw new AttemptFailedException(failure);
      }
      while (!source.hold(bill)) {
        next(source);
      }
      committed = true;
      return source;
    } finally {
      if (!committed) {
        response.close();
      }
    }
  }

  private Performed<StreamEnd> relay(Permit permit, Bill bill, Source source) {
    boolean whole = false;
    try {
      client.open(call.head(permit, Optional.of(source.deployment), source.dropped));
      while (!whole) {
        whole = pass(source);
        if (!whole) {
          next(source);
        }
      }
      upstreams.succeeded(source.deployment);
      return Performed.succeeded(new StreamEnd.Whole());
    } catch (ClientGoneException e) {
      upstreams.abandoned(source.deployment);
      return left(e);
    } catch (CallCancelledException e) {
      upstreams.abandoned(source.deployment);
      return givenUp(e);
    } catch (AttemptFailedException e) {
      upstreams.failed(source.deployment, e.failure());
      var kind = e.failure().kind();
      return new Performed<>(
          new StreamEnd.Broken(Refusals.of(e.failure(), call.request())),
          new Outcome.Aborted("upstream_" + kind.name().toLowerCase(Locale.ROOT)));
    } catch (RuntimeException e) {
      upstreams.abandoned(source.deployment);
      throw e;
    } finally {
      bill.settle(source.deployment, source.stream.served(), whole, source.stream.contentBytes());
    }
  }

  /** Sends what was read; true if that was the end of the answer. */
  private boolean pass(Source source) throws AttemptFailedException, ClientGoneException {
    while (!source.pieces.isEmpty()) {
      switch (source.pieces.removeFirst()) {
        case Piece.Event(byte[] frame, _) -> client.event(frame);
        case Piece.Comment(byte[] frame) -> client.event(frame);
        case Piece.Failed(Failure failure) -> throw new AttemptFailedException(failure);
        case Piece.Finished() -> {
          return true;
        }
      }
    }
    return false;
  }

  private void next(Source source) throws AttemptFailedException, ClientGoneException {
    if (!call.remaining().isPositive()) {
      throw new AttemptFailedException(Failure.of(Kind.TIMEOUT));
    }
    try {
      var frame = client.cancellation().during(source.reader::next);
      client.check();
      if (frame.isEmpty()) {
        throw new AttemptFailedException(Failure.of(Kind.UNAVAILABLE));
      }
      source.pieces.addAll(source.stream.accept(frame.get()));
    } catch (MalformedReplyException _) {
      throw new AttemptFailedException(Failure.of(Kind.MALFORMED));
    } catch (ClientGoneException e) {
      throw e;
    } catch (EgressException e) {
      throw new AttemptFailedException(Upstreams.failure(e));
    } catch (IOException _) {
      throw new AttemptFailedException(Failure.of(Kind.MALFORMED));
    }
  }

  private static Performed<StreamEnd> left(ClientGoneException e) {
    return new Performed<>(
        new StreamEnd.Left(e), new Outcome.Aborted(Cancellation.Why.CALLER_LEFT.label()));
  }

  /** A sign of life that could not be sent gives the call up, too. */
  private Performed<StreamEnd> givenUp(CallCancelledException e) {
    try {
      client.check();
      return new Performed<>(new StreamEnd.GivenUp(e.why()), new Outcome.Aborted(e.why().label()));
    } catch (ClientGoneException gone) {
      return left(gone);
    }
  }

  private static boolean isStream(EgressResponse response) {
    return response.status() >= 200
        && response.status() <= 299
        && response
            .header("Content-Type")
            .map(type -> type.strip().toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
            .orElse(false);
  }

  /** A deployment that is answering. */
  private record Source(
      Deployment deployment,
      EgressResponse response,
      SseReader reader,
      ReplyStream stream,
      List<String> dropped,
      Deque<Piece> pieces)
      implements AutoCloseable {
    Source(
        Deployment deployment,
        EgressResponse response,
        SseReader reader,
        ReplyStream stream,
        List<String> dropped) {
      this(deployment, response, reader, stream, dropped, new ArrayDeque<>());
    }

    /** Whether what is held commits to this deployment. */
    boolean hold(Bill bill) throws AttemptFailedException {
      pieces.removeIf(Piece.Comment.class::isInstance);
      int bytes = 0;
      for (var piece : pieces) {
        switch (piece) {
          case Piece.Event(byte[] frame, boolean content) -> {
            bytes += frame.length;
            if (content) {
              return true;
            }
          }
          case Piece.Failed(Failure failure) -> {
            bill.rejected(failure);
            throw new AttemptFailedException(failure);
          }
          case Piece.Finished() -> {
            return true;
          }
          case Piece.Comment _ -> {}
        }
      }
      return pieces.size() >= MAX_HELD_EVENTS || bytes >= MAX_HELD_BYTES;
    }

    @Override
    public void close() {
      response.close();
    }
  }
}
