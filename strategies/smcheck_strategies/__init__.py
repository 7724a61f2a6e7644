"""Commands, queries and models for machines of common shapes; the door is smcheck.strategies.

Every module here is one domain. It offers ``commands()`` and ``queries()``, strategies for the
two arguments of a subject, and ``Model``, the sequential truth about them. Commands are words
with blanks between them, as ASCII: they read well in reports and are parsed in one line. Names
are few and short on purpose, so that operations meet. Nothing here knows how machines are run.
"""

# First of all imports: smcheck's door needs this package, and this package needs smcheck.
import smcheck as smcheck
