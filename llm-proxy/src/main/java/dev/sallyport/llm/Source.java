package dev.sallyport.llm;

import dev.sallyport.llm.Drains.Drain;
import dev.sallyport.llm.catalog.Deployment;
import dev.sallyport.llm.joined.JoinedTexts;
import dev.sallyport.llm.reasoning.OwnSeals;
import dev.sallyport.llm.reasoning.ReasoningWatch;
import dev.sallyport.llm.reasoning.Replay;
import dev.sallyport.llm.route.Admission.Admitted;
import dev.sallyport.llm.spi.Failure;
import dev.sallyport.llm.spi.Piece;
import dev.sallyport.llm.spi.ReplyStream;
import dev.sallyport.llm.sse.FrameReader;
import dev.sallyport.llm.upstream.AttemptFailedException;
import dev.sallyport.vault.egress.EgressResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A deployment that is answering.
 *
 * @param own whether its events are in the caller's own form
 */
record Source(
    Admitted admitted,
    Errand errand,
    boolean own,
    EgressResponse response,
    FrameReader reader,
    ReplyStream stream,
    JoinedTexts joined,
    List<String> dropped,
    Drain drain,
    Deque<Piece> pieces,
    ReasoningWatch watch,
    OwnSeals seals)
    implements AutoCloseable {
  private static final int MAX_HELD_EVENTS = 64;
  private static final int MAX_HELD_BYTES = 256 << 10;

  Source(
      Admitted admitted,
      Errand errand,
      EgressResponse response,
      FrameReader reader,
      ReplyStream stream,
      JoinedTexts joined,
      List<String> dropped,
      Drain drain) {
    this(
        admitted,
        errand,
        errand.own(),
        response,
        reader,
        stream,
        joined,
        dropped,
        drain,
        new ArrayDeque<>(),
        new ReasoningWatch(),
        new OwnSeals());
  }

  /** Looks for what the model thinks. */
  void watch(byte[] frame) {
    if (own) {
      seals.take(frame);
    } else if (errand.replaysReasoning()) {
      watch.take(frame);
    }
  }

  void keepReasoning(Replay replay) {
    if (own) {
      replay.keep(errand.issuer(), seals.seals());
    } else if (errand.replaysReasoning()) {
      replay.keep(errand.issuer(), watch);
    }
  }

  Deployment deployment() {
    return admitted.candidate().deployment();
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
        case Piece.Finished _ -> {
          return true;
        }
        case Piece.Comment _ -> {}
      }
    }
    return pieces.size() >= MAX_HELD_EVENTS || bytes >= MAX_HELD_BYTES;
  }

  @Override
  public void close() {
    drain.close();
    response.close();
  }
}
