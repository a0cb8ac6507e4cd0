package dev.sallyport.gateway.doors;

/** By which a call of a tool comes in. */
enum Door {
  ALL_SERVERS,
  ONE_SERVER,
  SESSION,
  SESSION_OF_ONE_SERVER,
  WRAPPED,
  WRAPPED_OF_ONE_SERVER,
  TURN_LOOP,
  WATCHED_CHAT;

  boolean isOfOneServer() {
    return this == ONE_SERVER || this == SESSION_OF_ONE_SERVER || this == WRAPPED_OF_ONE_SERVER;
  }

  boolean isSession() {
    return this == SESSION || this == SESSION_OF_ONE_SERVER;
  }

  boolean isWrapped() {
    return this == WRAPPED || this == WRAPPED_OF_ONE_SERVER;
  }
}
