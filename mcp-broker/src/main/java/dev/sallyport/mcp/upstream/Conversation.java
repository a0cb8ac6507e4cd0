package dev.sallyport.mcp.upstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.identity.action.Cancellation;

/**
 * What a server and the client whose request it works on may say to each other before the answer.
 * All of it happens on the thread of the request.
 */
public interface Conversation {
  /** What the client can be asked for, and what it wants to be told. */
  ClientFace client();

  /**
   * Whether the client can be answered with a wish for more input, after which it makes its request
   * again.
   */
  boolean takesInputRequests();

  /** Whether the server is to be asked for progress. */
  boolean wantsProgress();

  /**
   * Is told how far the request is.
   *
   * @param params of the notification, without its token
   */
  void progressed(ObjectNode params);

  /**
   * Is told what the server wrote to its log.
   *
   * @param params of the notification
   */
  void logged(ObjectNode params);

  /**
   * Is told that the server ended the stream on which it answers, to be taken up again later. The
   * client may be left to do the same.
   */
  default void brokenOff() {}

  /**
   * Is told that what the client was sent to an address for is done. On any thread, and perhaps
   * after the answer.
   *
   * @param params of the notification
   */
  default void completed(ObjectNode params) {}

  /**
   * Asks the client for something, such as {@code elicitation/create}, and waits for what it says.
   *
   * @throws dev.sallyport.identity.action.CallCancelledException if the request was given up first
   */
  ClientAnswer ask(String method, ObjectNode params);

  /** By which the request can be given up. */
  Cancellation cancellation();

  /** With nobody, who never gives up. */
  static Conversation none() {
    return untold(new Cancellation());
  }

  /** With nobody, as if with a client that can do all; what it is asked is refused. */
  static Conversation able() {
    return untold(ClientFace.ABLE, new Cancellation());
  }

  /** With a client that can be told and asked nothing, but may give up. */
  static Conversation untold(Cancellation cancellation) {
    return untold(ClientFace.PLAIN, cancellation);
  }

  /** With a client of that face that can be told nothing, and asked only by the answer. */
  static Conversation untold(ClientFace client, Cancellation cancellation) {
    return new Conversation() {
      @Override
      public ClientFace client() {
        return client;
      }

      @Override
      public boolean takesInputRequests() {
        return client.canBeAsked();
      }

      @Override
      public boolean wantsProgress() {
        return false;
      }

      @Override
      public void progressed(ObjectNode params) {}

      @Override
      public void logged(ObjectNode params) {}

      @Override
      public ClientAnswer ask(String method, ObjectNode params) {
        return ClientAnswer.Refused.unknownMethod();
      }

      @Override
      public Cancellation cancellation() {
        return cancellation;
      }
    };
  }
}
