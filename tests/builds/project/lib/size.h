enum { SIZE = 32 };
