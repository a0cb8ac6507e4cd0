package dev.sallyport.it.postgres;

import dev.sallyport.identity.store.AppliedMigrationsTest;
import dev.sallyport.identity.testing.TestingDatabase;

class AppliedMigrationsOnPostgresTest extends AppliedMigrationsTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database();
  }
}
