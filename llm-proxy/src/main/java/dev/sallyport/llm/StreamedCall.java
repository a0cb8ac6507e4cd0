package dev.sallyport.llm;

import dev.sallyport.identity.action.CallCancelledException;
import dev.sallyport.identity.action.Cancellation;
import dev.sallyport.identity.action.Outcome;
import dev.sallyport.identity.action.Performed;
import dev.sallyport.identity.action.Permit;
import dev.sallyport.llm.Drains.Drain;
import dev.sallyport.llm.catalog.Cost;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.dialogue.EventGate;
import dev.sallyport.llm.joined.JoinedTexts;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Failure.Kind;
import dev.sallyport.llm.spi.MalformedReplyException;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.Reply;
import dev.sallyport.llm.upstream.AttemptFailedException;
import dev.sallyport.llm.upstream.Bodies;
import dev.sallyport.llm.upstream.NotedResponse;
import dev.sallyport.llm.upstream.Upstreams;
import dev.sallyport.vault.egress.EgressException;
import dev.sallyport.vault.egress.EgressResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One permitted call whose answer is streamed. Until the first event that bears something the model
 * said, nothing of any answer has gone out and another deployment may be tried; after it, never.
 */
final class StreamedCall {
  private static final int MAX_FRAME_BYTES = 4 << 20;

  private final ModelCall call;
  private final ClientStream client;
  private final EventGate gate;
  private final Drains drains;

  StreamedCall(ModelCall call, ClientStream client, EventGate gate, Drains drains) {
    this.call = call;
    this.client = client;
    this.gate = gate;
    this.drains = drains;
  }

  /** Streams the answer, all but its last frame. */
  Performed<StreamEnd> run(Permit permit) {
    call.requireKnown();
    permit.facts().put("streamed", true);
    client.begin(call.head(permit, Optional.empty(), List.of()));
    try (var bill = call.bill(permit)) {
      var attempts = call.attempts(permit, bill);
      try (var source = attempts.first(bill.payable(), admitted -> open(permit, bill, admitted))) {
        return relay(permit, bill, source, attempts);
      }
    } catch (AttemptFailedException e) {
      throw call.refused(e);
    } catch (ClientGoneException e) {
      return left(e);
    } catch (CallCancelledException e) {
      return givenUp(e);
    } finally {
      client.end();
    }
  }

  /** Reads as far as the first event that commits to this deployment. */
  private Source open(Permit permit, Bill bill, Admitted admitted)
      throws AttemptFailedException, ClientGoneException {
    client.check();
    client.whenGone(client.cancellation()::cancel);
    var deployment = admitted.candidate().deployment();
    long speak = firstTokenDeadline(deployment);
    var errand = call.errand(permit, admitted.candidate());
    var wire = call.encode(permit, errand);
    var response = call.send(permit, bill, admitted.candidate(), wire, left(speak));
    var source = source(admitted, errand, response, wire.dropped());
    client.whenGone(() -> leave(source.drain()));
    boolean committed = false;
    try {
      if (!isStream(response, errand.adapter().streamType())) {
        response.endWithin(left(speak));
        var whole = client.cancellation().during(() -> Bodies.whole(response, speak));
        var reply = call.decode(errand, whole);
        var failure =
            reply instanceof Reply.Failed(Failure said) ? said : Failure.of(Kind.MALFORMED);
        bill.rejected(failure);
        throw new AttemptFailedException(failure);
      }
      while (!source.hold(bill)) {
        // What has been said may wait for how it goes on: the model is not silent then.
        next(source, source.stream().contentBytes() > 0 ? call.deadline() : speak);
      }
      committed = true;
      admitted.began();
      return source;
    } catch (ClientGoneException e) {
      if (isReadOn(permit, source)) {
        bill.settle(deployment, source.stream().served(), true, source.stream().contentBytes());
      }
      throw e;
    } catch (AttemptFailedException e) {
      if (source.stream().contentBytes() > 0) {
        bill.brokeOff(deployment, source.stream().served(), source.stream().contentBytes());
      }
      throw e;
    } finally {
      if (!committed) {
        source.close();
      }
    }
  }

  private Source source(
      Admitted admitted, Errand errand, NotedResponse response, List<String> dropped) {
    try {
      return new Source(
          admitted,
          errand,
          response,
          errand.adapter().frames(response.body(), MAX_FRAME_BYTES),
          errand.stream(),
          new JoinedTexts(errand.form(), response.redactor()),
          dropped,
          drains.of(response, !errand.deployment().site().quirks().cancelStopsBilling()));
    } catch (RuntimeException | Error e) {
      response.close();
      throw e;
    }
  }

  private Performed<StreamEnd> relay(Permit permit, Bill bill, Source source, Attempts attempts) {
    boolean whole = false;
    try {
      client.open(call.head(permit, Optional.of(source.deployment()), source.dropped()));
      client.costs(
          () -> bill.costWith(source.deployment(), source.stream().served()).map(Cost::usd));
      long before = System.nanoTime();
      var finished = pass(source);
      long passing = System.nanoTime() - before;
      while (finished.isEmpty()) {
        goOn(source);
        before = System.nanoTime();
        finished = pass(source);
        passing += System.nanoTime() - before;
      }
      whole = true;
      source.admitted().streamed(source.stream().served(), passing);
      source.keepReasoning(call.asked().reasoning());
      send(gate.end(permit));
      source.admitted().succeeded();
      return Performed.succeeded(new StreamEnd.Whole(finished.get().last()));
    } catch (ClientGoneException e) {
      source.admitted().abandoned();
      whole = whole || isReadOn(permit, source);
      return left(e);
    } catch (CallCancelledException e) {
      source.admitted().abandoned();
      return givenUp(e);
    } catch (AttemptFailedException e) {
      var failure = e.failure().unlessWritten(call.asked().request()::says);
      source.admitted().failed(failure);
      attempts.passOn(source.admitted().candidate(), failure);
      return new Performed<>(
          new StreamEnd.Broken(Refusals.of(failure, call.request()).of(permit.callId())),
          new Outcome.Aborted("upstream_" + failure.kind().label()));
    } catch (RuntimeException e) {
      source.admitted().abandoned();
      throw e;
    } finally {
      bill.settle(
          source.deployment(), source.stream().served(), whole, source.stream().contentBytes());
    }
  }

  /** Reads one frame; where the answer breaks off, what waited for it to go on goes out first. */
  private void goOn(Source source) throws AttemptFailedException, ClientGoneException {
    try {
      next(source, call.deadline());
    } catch (AttemptFailedException e) {
      source.pieces().addAll(source.joined().cutOff());
      pass(source);
      throw e;
    }
  }

  /** Sends what was read, and gives the end of the answer if that was read. */
  private Optional<Piece.Finished> pass(Source source)
      throws AttemptFailedException, ClientGoneException {
    while (!source.pieces().isEmpty()) {
      switch (source.pieces().removeFirst()) {
        case Piece.Event(byte[] frame, _) -> {
          source.watch(frame);
          if (source.own()) {
            client.own(frame);
          } else {
            send(gate.accept(frame));
          }
        }
        case Piece.Comment(byte[] frame) -> client.own(frame);
        case Piece.Failed(Failure failure) -> throw new AttemptFailedException(failure);
        case Piece.Finished finished -> {
          return Optional.of(finished);
        }
      }
    }
    return Optional.empty();
  }

  /** Gives the answer up whose caller has left, unless it is to be read on. */
  private void leave(Drain drain) {
    if (!drain.begin()) {
      client.cancellation().cancel();
    }
  }

  /**
   * Reads an answer on whose caller has left, for what it tells of its usage.
   *
   * @return whether it came whole
   */
  private static boolean isReadOn(Permit permit, Source source) {
    if (source.pieces().stream().anyMatch(Piece.Finished.class::isInstance)) {
      return true;
    }
    if (!source.drain().begin()) {
      return false;
    }
    long bytes = 0;
    try {
      while (source.drain().isLeft(bytes)) {
        var frame = source.reader().next();
        bytes += frame.map(one -> one.lines().length).orElse(0);
        var pieces =
            frame.isPresent() ? source.stream().accept(frame.get()) : source.stream().end();
        if (pieces.stream().anyMatch(Piece.Finished.class::isInstance)) {
          return true;
        }
        if (frame.isEmpty() || pieces.stream().anyMatch(Piece.Failed.class::isInstance)) {
          return false;
        }
      }
      return false;
    } catch (IOException | MalformedReplyException _) {
      return false; // as much as came is paid for
    } finally {
      permit.facts().put("drained_bytes", bytes);
    }
  }

  private void send(List<byte[]> frames) throws ClientGoneException {
    for (var frame : frames) {
      client.event(frame);
    }
  }

  /** The first thing that is said must come in time, where its provider has such a time. */
  private long firstTokenDeadline(Deployment deployment) {
    long end = call.deadline();
    return deployment
        .provider()
        .firstToken()
        .map(wait -> System.nanoTime() + wait.toNanos())
        .filter(first -> first - end < 0)
        .orElse(end);
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(deadline - System.nanoTime());
  }

  /**
   * Reads one frame.
   *
   * @param deadline by {@link System#nanoTime}, when it must be there
   */
  private void next(Source source, long deadline)
      throws AttemptFailedException, ClientGoneException {
    if (!left(deadline).isPositive()) {
      throw new AttemptFailedException(Failure.of(Kind.TIMEOUT));
    }
    try {
      source.response().endWithin(left(deadline));
      var frame = client.cancellation().during(source.reader()::next);
      var pieces = frame.isPresent() ? source.stream().accept(frame.get()) : source.stream().end();
      source.pieces().addAll(source.joined().accept(pieces));
      client.check();
      if (frame.isEmpty() && pieces.isEmpty()) {
        throw new AttemptFailedException(Failure.of(Kind.BROKE_OFF));
      }
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

  private static boolean isStream(EgressResponse response, String streamType) {
    return response.status() >= 200
        && response.status() <= 299
        && response
            .header("Content-Type")
            .map(type -> type.strip().toLowerCase(Locale.ROOT).startsWith(streamType))
            .orElse(false);
  }
}
