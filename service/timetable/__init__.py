"""When a check is due: arithmetic on moments. Pure, and below the database."""
