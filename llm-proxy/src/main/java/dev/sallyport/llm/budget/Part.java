package dev.sallyport.llm.budget;

/**
 * What becomes of one share in a transaction. For one thread; the share itself changes only under
 * the lock of all shares.
 */
final class Part {
  final Share share;

  /** What the row says, if it is there. */
  final long row;

  final long spent;
  boolean asked;
  long lent;
  long limit;
  long largest;

  /** What is spent of the account, once this is done, as far as this gateway knows. */
  long used;

  /** What is spent and reserved of the account, once this is done. */
  long taken;

  Part(Share share, long surplus) {
    this.share = share;
    this.row = share.amount();
    this.spent = share.spent();
    share.giveUp(surplus);
    this.lent = Math.max(share.held(), share.amount() - spent);
  }

  /** Lends less by what nobody holds. */
  void giveUpFree() {
    long free = Math.max(0, share.free());
    share.giveUp(free);
    lent -= free;
    taken -= free;
  }

  void lend(long wanted, long allowed) {
    lent += wanted;
    taken += wanted;
    limit = allowed;
    largest = Math.max(largest, wanted);
  }

  void lendAhead() {
    long more = largest == 0 ? 0 : share.ahead(largest, limit);
    if (taken <= limit - more) {
      lent += more;
      taken += more;
    }
  }

  /** Whether the database is to be told anything. */
  boolean isChanged() {
    return spent > 0 || lent != row || largest > 0 || isLeft();
  }

  boolean isLeft() {
    return lent == 0 && share.version() > 0;
  }
}
