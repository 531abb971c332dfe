"""Files for programs: feeds, calendars, downloads, sitemap."""
