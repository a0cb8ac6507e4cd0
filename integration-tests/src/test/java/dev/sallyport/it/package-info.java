/** Tests of the whole running product, through its public doors only. */
@NullMarked
package dev.sallyport.it;

import org.jspecify.annotations.NullMarked;
