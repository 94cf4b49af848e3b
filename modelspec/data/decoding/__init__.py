"""Files that columns name -> the numbers in them."""
