package dev.sallyport.identity.store;

/** How the tables of a module stand to the migrations of this version. */
public enum TableState {
  /** There are none: the first start makes them. */
  ABSENT,
  /** They are as this version has them. */
  CURRENT,
  /** Some migrations have not run yet: the next start runs them. */
  OLDER,
  /** A migration failed, or what ran was another one of the same name. */
  BROKEN,
  /** Migrations ran that this version does not know: a later version has started on them. */
  NEWER
}
