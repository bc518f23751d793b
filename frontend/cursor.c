/* Small questions to libclang. */
#include "frontend/walk.h"
#include <ctype.h>

static enum CXChildVisitResult add_kid(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct fe_kids *kids = data;
    if (kids->n < FE_MAX_KIDS)
        kids->at[kids->n] = cursor;
    kids->n++;
    return CXChildVisit_Continue;
}

struct fe_kids fe_kids_of(CXCursor cursor)
{
    struct fe_kids kids = {.n = 0};
    clang_visitChildren(cursor, add_kid, &kids);
    return kids;
}

struct each {
    fe_visit *visit;
    void *data;
};

/* The x of typeof(x) v = e; the expressions in the type of an array are evaluated. */
static bool is_type_of(CXCursor cursor, CXCursor decl)
{
    return clang_getCursorKind(decl) == CXCursor_VarDecl && clang_isExpression(clang_getCursorKind(cursor)) &&
           clang_getArrayElementType(clang_getCanonicalType(clang_getCursorType(decl))).kind ==
               CXType_Invalid &&
           !fe_same_statement(cursor, clang_Cursor_getVarDeclInitializer(decl));
}

static enum CXChildVisitResult visit_one(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct each *each = data;
    if (is_type_of(cursor, parent))
        return CXChildVisit_Continue;
    each->visit(cursor, parent, each->data);
    return CXChildVisit_Recurse;
}

void fe_each(CXCursor root, fe_visit *visit, void *data)
{
    struct each each = {visit, data};
    clang_visitChildren(root, visit_one, &each);
}

static unsigned offset_of(CXSourceLocation location, CXFile *file, unsigned *line, unsigned *column)
{
    unsigned offset = 0;
    clang_getExpansionLocation(location, file, line, column, &offset);
    return offset;
}

unsigned fe_offset(CXCursor cursor)
{
    return offset_of(clang_getRangeStart(clang_getCursorExtent(cursor)), NULL, NULL, NULL);
}

/* Behind the name of a macro, and the arguments that follow it. */
static size_t behind_macro(const char *text, size_t size, size_t at)
{
    while (at < size && (isalnum((unsigned char)text[at]) || text[at] == '_'))
        at++;
    size_t open = at;
    while (open < size && isspace((unsigned char)text[open]))
        open++;
    if (open == size || text[open] != '(')
        return at;
    char quote = 0;
    for (int depth = 0; open < size; open++) {
        char c = text[open];
        if (quote && c == '\\')
            open++;
        else if (quote || c == '"' || c == '\'')
            quote = quote == c ? 0 : quote ? quote : c;
        else if (c == '(')
            depth++;
        else if (c == ')' && --depth == 0)
            return open + 1;
    }
    return at;
}

unsigned fe_end_offset(CXCursor cursor)
{
    CXFile file;
    unsigned line, column, offset;
    size_t size;
    CXTranslationUnit tu = clang_Cursor_getTranslationUnit(cursor);
    CXSourceLocation end = clang_getRangeEnd(clang_getCursorExtent(cursor));
    offset = offset_of(end, &file, &line, &column);
    if (!file || clang_equalLocations(end, clang_getLocation(tu, file, line, column)))
        return offset;
    /* The last token is one of a macro's, or of an argument of it: libclang names the macro's beginning. */
    const char *text = clang_getFileContents(tu, file, &size);
    return text && offset < size ? (unsigned)behind_macro(text, size, offset) : offset;
}

unsigned fe_loop_key(CXCursor loop)
{
    return clang_getRangeStart(clang_getCursorExtent(loop)).int_data;
}

bool fe_within(CXCursor inner, unsigned begin, unsigned end)
{
    unsigned offset = fe_offset(inner);
    return offset >= begin && offset < end;
}

bool fe_begins_here(CXCursor cursor)
{
    CXFile file;
    unsigned line, column;
    offset_of(clang_getRangeStart(clang_getCursorExtent(cursor)), &file, &line, &column);
    CXTranslationUnit tu = clang_Cursor_getTranslationUnit(cursor);
    return file && clang_Location_isFromMainFile(clang_getLocation(tu, file, line, column));
}

bool fe_in_nest(const struct fe_walk *w, CXCursor cursor)
{
    return fe_begins_here(cursor) && fe_within(cursor, (unsigned)w->nest->begin, (unsigned)w->nest->end);
}

struct naas_loc fe_loc(const struct fe_walk *w, CXCursor cursor)
{
    CXFile file = NULL;
    struct naas_loc loc = {.file = w->unit->file};
    CXSourceLocation location = clang_getRangeStart(clang_getCursorExtent(cursor));
    offset_of(location, &file, &loc.line, &loc.column);
    if (clang_Location_isFromMainFile(location))
        return loc;
    CXString name = clang_getFileName(file);
    if (clang_getCString(name))
        loc.file = naas_strdup(w->ctx, clang_getCString(name));
    clang_disposeString(name);
    return loc;
}

bool fe_refuse(struct fe_walk *w, CXCursor at, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    w->reason.message = naas_vformat(w->ctx, format, args);
    va_end(args);
    w->reason.loc = fe_loc(w, at);
    w->reason.hint = hint;
    w->reason.unknown = NULL;
    return false;
}

const char *fe_spelling(struct fe_walk *w, CXCursor cursor)
{
    CXString name = clang_getCursorSpelling(cursor);
    const char *text = clang_getCString(name);
    char *copy = naas_strdup(w->ctx, text ? text : "");
    clang_disposeString(name);
    return copy;
}

static enum naas_type integer_type(CXType type, bool is_unsigned)
{
    switch (clang_Type_getSizeOf(type)) {
    case 1:
        return is_unsigned ? NAAS_U8 : NAAS_I8;
    case 2:
        return is_unsigned ? NAAS_U16 : NAAS_I16;
    case 4:
        return is_unsigned ? NAAS_U32 : NAAS_I32;
    case 8:
        return is_unsigned ? NAAS_U64 : NAAS_I64;
    default:
        return NAAS_VOID;
    }
}

enum naas_type fe_type(CXType type)
{
    type = clang_getCanonicalType(type);
    switch (type.kind) {
    case CXType_Char_S:
    case CXType_SChar:
    case CXType_Short:
    case CXType_Int:
    case CXType_Long:
    case CXType_LongLong:
        return integer_type(type, false);
    case CXType_Bool: /* 0 and 1 in a byte */
    case CXType_Char_U:
    case CXType_UChar:
    case CXType_UShort:
    case CXType_UInt:
    case CXType_ULong:
    case CXType_ULongLong:
        return integer_type(type, true);
    case CXType_Enum:
        return fe_type(clang_getEnumDeclIntegerType(clang_getTypeDeclaration(type)));
    case CXType_Float:
        return NAAS_F32;
    case CXType_Double:
        return NAAS_F64;
    default:
        return NAAS_VOID;
    }
}

bool fe_is_long(CXType type)
{
    enum CXTypeKind kind = clang_getCanonicalType(type).kind;
    return kind == CXType_Long || kind == CXType_ULong;
}

bool fe_is_pointer(CXCursor expr)
{
    return clang_getCanonicalType(clang_getCursorType(expr)).kind == CXType_Pointer;
}

bool fe_is_bool(CXType type)
{
    return clang_getCanonicalType(type).kind == CXType_Bool;
}

bool fe_is_assignment(CXCursor statement)
{
    enum CXUnaryOperatorKind unary = clang_getCursorUnaryOperatorKind(statement);
    return clang_getCursorBinaryOperatorKind(statement) == CXBinaryOperator_Assign ||
           clang_getCursorKind(statement) == CXCursor_CompoundAssignOperator ||
           (unary >= CXUnaryOperator_PostInc && unary < CXUnaryOperator_AddrOf);
}

bool fe_same_statement(CXCursor x, CXCursor y)
{
    return clang_getCursorKind(x) == clang_getCursorKind(y) &&
           clang_getCursorBinaryOperatorKind(x) == clang_getCursorBinaryOperatorKind(y) &&
           clang_equalRanges(clang_getCursorExtent(x), clang_getCursorExtent(y));
}

struct search {
    CXCursor of;
    bool found;
};

static void find(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct search *search = data;
    bool declares = clang_isDeclaration(clang_getCursorKind(cursor));
    search->found = search->found || (declares ? clang_equalCursors(cursor, search->of)
                                               : fe_same_statement(cursor, search->of));
}

bool fe_contains(CXCursor root, CXCursor cursor)
{
    struct search search = {cursor, false};
    fe_each(root, find, &search);
    return search.found;
}

static void find_reference(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct search *search = data;
    search->found = search->found || (clang_getCursorKind(cursor) == CXCursor_DeclRefExpr &&
                                         clang_equalCursors(clang_getCursorReferenced(cursor), search->of));
}

bool fe_mentions(CXCursor expr, CXCursor decl)
{
    struct search search = {decl, false};
    find_reference(expr, expr, &search);
    fe_each(expr, find_reference, &search);
    return search.found;
}

enum naas_type fe_type_of(CXCursor cursor)
{
    return fe_type(clang_getCursorType(cursor));
}

/* Implicit conversions are unexposed, and cover exactly what they convert. */
bool fe_is_implicit(CXCursor cursor)
{
    if (clang_getCursorKind(cursor) != CXCursor_UnexposedExpr)
        return false;
    struct fe_kids kids = fe_kids_of(cursor);
    return kids.n == 1 && clang_isExpression(clang_getCursorKind(kids.at[0])) &&
           clang_equalRanges(clang_getCursorExtent(cursor), clang_getCursorExtent(kids.at[0]));
}

CXCursor fe_unparen(CXCursor cursor)
{
    while (clang_getCursorKind(cursor) == CXCursor_ParenExpr)
        cursor = fe_kids_of(cursor).at[0];
    return cursor;
}

CXCursor fe_bare(CXCursor cursor)
{
    for (;;) {
        cursor = fe_unparen(cursor);
        if (!fe_is_implicit(cursor))
            return cursor;
        cursor = fe_kids_of(cursor).at[0];
    }
}
