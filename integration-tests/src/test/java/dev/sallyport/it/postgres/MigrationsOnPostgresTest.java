package dev.sallyport.it.postgres;

import dev.sallyport.identity.store.MigrationsTest;
import dev.sallyport.identity.testing.TestingDatabase;

class MigrationsOnPostgresTest extends MigrationsTest {
  @Override
  protected TestingDatabase newDatabase() {
    return TestingPostgres.database();
  }
}
