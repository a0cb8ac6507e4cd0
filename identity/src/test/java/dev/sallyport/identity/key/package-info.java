/** Tests of keys. */
@NullMarked
package dev.sallyport.identity.key;

import org.jspecify.annotations.NullMarked;
