/* Variables: what they stand for, who writes them, and those that are memory. */
#include "frontend/walk.h"
#include <string.h>

struct fe_binding *fe_bound(struct fe_walk *w, CXCursor decl)
{
    for (int i = w->n_bindings - 1; i >= 0; i--)
        if (clang_equalCursors(w->binding[i].decl, decl))
            return &w->binding[i];
    return NULL;
}

void fe_bind(struct fe_walk *w, struct fe_binding binding)
{
    w->binding = naas_grow(w->ctx, w->binding, w->n_bindings, &w->bindings_capacity, sizeof *w->binding);
    binding.block = w->block;
    w->binding[w->n_bindings++] = binding;
}

int fe_n_writes(const struct fe_walk *w, CXCursor decl)
{
    int n = 0;
    for (int i = 0; i < w->n_writes; i++)
        n += !w->write[i].element && clang_equalCursors(w->write[i].decl, decl);
    return n;
}

int fe_n_body_writes(const struct fe_walk *w, CXCursor decl)
{
    int n = 0;
    for (int i = 0; i < w->n_writes; i++)
        n += !w->write[i].element && !w->write[i].counter && clang_equalCursors(w->write[i].decl, decl);
    return n;
}

/* What is written through it may be an element of anything: it is set in the nest. */
static bool points_anywhere(const struct fe_walk *w, CXCursor decl)
{
    return clang_Cursor_isNull(decl) || (fe_is_pointer(decl) && fe_n_body_writes(w, decl) > 0);
}

bool fe_elements_written(const struct fe_walk *w, CXCursor decl)
{
    for (int i = 0; i < w->n_writes; i++)
        if (w->write[i].element &&
            (points_anywhere(w, w->write[i].decl) || clang_equalCursors(w->write[i].decl, decl) ||
                clang_equalCursors(w->write[i].member, decl)))
            return true;
    return false;
}

bool fe_written(const struct fe_walk *w, CXCursor decl)
{
    return fe_n_writes(w, decl) > 0;
}

static void find_memory(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    if (kind == CXCursor_ArraySubscriptExpr || kind == CXCursor_CallExpr ||
        kind == CXCursor_FloatingLiteral || kind == CXCursor_MemberRefExpr ||
        clang_getCursorUnaryOperatorKind(cursor) == CXUnaryOperator_Deref)
        *(bool *)data = false;
}

static bool is_simple(CXCursor value)
{
    bool simple = true;
    find_memory(value, value, &simple);
    fe_each(value, find_memory, &simple);
    return simple;
}

static struct fe_write *add_write(
    struct fe_walk *w, CXCursor decl, CXCursor cursor, CXCursor value, bool plain)
{
    w->write = naas_grow(w->ctx, w->write, w->n_writes, &w->writes_capacity, sizeof *w->write);
    struct fe_write *write = &w->write[w->n_writes++];
    *write = (struct fe_write){
        .decl = decl, .cursor = cursor, .value = value, .plain = plain, .member = clang_getNullCursor()};
    write->still = is_simple(value);
    write->simple = plain && write->still;
    return write;
}

/* x[i][j] = ...: the variable x, unless it is a pointer of the nest's own, which may point anywhere. */
static void add_element_write(struct fe_walk *w, CXCursor target, CXCursor cursor)
{
    struct fe_write *write = add_write(w, clang_getNullCursor(), cursor, cursor, false);
    write->element = true;
    write->type = fe_type_of(target);
    bool subscripted = clang_getCursorKind(target) == CXCursor_ArraySubscriptExpr;
    while (clang_getCursorKind(target) == CXCursor_ArraySubscriptExpr) {
        target = fe_bare(fe_kids_of(target).at[0]);
        write->reached = write->reached || fe_is_pointer(target);
    }
    if (clang_getCursorKind(target) == CXCursor_MemberRefExpr) {
        write->member = clang_getCursorReferenced(target);
        write->beyond = subscripted && fe_is_pointer(target);
    }
    while (clang_getCursorKind(target) == CXCursor_MemberRefExpr ||
           clang_getCursorKind(target) == CXCursor_ArraySubscriptExpr) {
        struct fe_kids kids = fe_kids_of(target);
        if (kids.n < 1)
            break;
        target = fe_bare(kids.at[0]);
        write->reached = write->reached || fe_is_pointer(target);
    }
    if (clang_getCursorKind(target) != CXCursor_DeclRefExpr) {
        write->reached = true;
        return;
    }
    CXCursor decl = clang_getCursorReferenced(target);
    write->reached = write->reached || clang_getCursorKind(decl) == CXCursor_ParmDecl;
    if (clang_Cursor_isNull(write->member) &&
        clang_isRestrictQualifiedType(clang_getCanonicalType(clang_getCursorType(decl))))
        write->reached = false;
    if (!fe_is_pointer(decl) || !fe_in_nest(w, decl))
        write->decl = decl;
}

static void add_header(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct fe_walk *w = data;
    if (!fe_is_assignment(cursor))
        return;
    w->header = naas_grow(w->ctx, w->header, w->n_headers, &w->headers_capacity, sizeof *w->header);
    w->header[w->n_headers++] = cursor;
}

/* Where a loop steps its counters: in all but its body, or in the last statement of
 * while (i < n) { ...; i++; } and for (; i < n;) { ...; i++; }. */
static void find_header(struct fe_walk *w, CXCursor loop)
{
    struct fe_kids kids = fe_kids_of(loop);
    CXCursor body = kids.n > 0 && kids.n <= 4 ? kids.at[kids.n - 1] : clang_getNullCursor(), decl;
    struct fe_kids inner = fe_kids_of(body);
    for (int i = 0; i < kids.n - 1 && kids.n <= 4; i++) {
        add_header(kids.at[i], loop, w);
        fe_each(kids.at[i], add_header, w);
    }
    if (kids.n < 4 && clang_getCursorKind(body) == CXCursor_CompoundStmt && inner.n > 0 &&
        inner.n <= FE_MAX_KIDS && fe_steps(inner.at[inner.n - 1], &decl))
        add_header(fe_unparen(inner.at[inner.n - 1]), body, w);
}

static bool in_header(const struct fe_walk *w, CXCursor cursor)
{
    for (int i = 0; i < w->n_headers; i++)
        if (fe_same_statement(cursor, w->header[i]))
            return true;
    return false;
}

static void find_write(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct fe_walk *w = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    if (kind == CXCursor_WhileStmt || kind == CXCursor_ForStmt)
        find_header(w, cursor);
    int first = w->n_writes;
    if (kind == CXCursor_VarDecl) {
        CXCursor init = clang_Cursor_getVarDeclInitializer(cursor);
        if (!clang_Cursor_isNull(init))
            add_write(w, cursor, cursor, init, true);
        return;
    }
    enum CXBinaryOperatorKind binary = clang_getCursorBinaryOperatorKind(cursor);
    enum CXUnaryOperatorKind unary = clang_getCursorUnaryOperatorKind(cursor);
    bool assigns = kind == CXCursor_CompoundAssignOperator || binary == CXBinaryOperator_Assign ||
                   (unary >= CXUnaryOperator_PostInc && unary <= CXUnaryOperator_AddrOf);
    if (!assigns)
        return;
    struct fe_kids kids = fe_kids_of(cursor);
    CXCursor target = fe_bare(kids.at[0]);
    if (unary == CXUnaryOperator_AddrOf && fe_is_place(clang_getCursorType(target)))
        return; /* a struct is only handed on, to functions that are followed */
    if (clang_getCursorKind(target) == CXCursor_DeclRefExpr)
        add_write(w, clang_getCursorReferenced(target), cursor, kids.at[kids.n - 1],
            binary == CXBinaryOperator_Assign);
    else
        add_element_write(w, target, cursor);
    w->write[first].counter = in_header(w, cursor);
}

void fe_collect_writes(struct fe_walk *w, CXCursor root)
{
    find_write(root, root, w);
    fe_each(root, find_write, w);
}

/* Type of the elements, through all dimensions and one pointer. */
static CXType element_type(CXType type)
{
    type = clang_getCanonicalType(type);
    if (type.kind == CXType_Pointer)
        type = clang_getCanonicalType(clang_getPointeeType(type));
    for (CXType inner = clang_getArrayElementType(type); inner.kind != CXType_Invalid;
         inner = clang_getArrayElementType(type))
        type = clang_getCanonicalType(inner);
    return type;
}

/* C11 6.5p7: an object is only accessed as its own type, whatever its sign, or as characters. */
bool fe_types_meet(enum naas_type stored, enum naas_type read)
{
    return naas_type_bytes(stored) <= 1 || (naas_type_bytes(stored) == naas_type_bytes(read) &&
                                               naas_type_is_float(stored) == naas_type_is_float(read));
}

bool fe_may_change(struct fe_walk *w, CXCursor decl)
{
    if (clang_isConstQualifiedType(clang_getCursorType(decl)) || !fe_is_exposed(w, decl))
        return false;
    for (int i = 0; i < w->n_writes; i++)
        if (w->write[i].element && w->write[i].reached && fe_types_meet(w->write[i].type, fe_type_of(decl)))
            return true;
    return false;
}

enum { MAX_RANK = 16 };

/* Axes and element type of a variable's type: T v, T v[2][3], T (*v)[3], T *v. */
struct shape {
    int rank;
    int64_t extent[MAX_RANK];
    CXType element;
    bool is_pointer, is_restrict, is_volatile;
};

/* The expression between the brackets of an axis; they are children of the declaration, last axis first. */
static bool size_expression(CXCursor decl, int axis, CXCursor *size)
{
    struct fe_kids kids = fe_kids_of(decl);
    CXCursor found[MAX_RANK];
    int n = 0, axes = 0;
    for (int i = 0; i < kids.n && i < FE_MAX_KIDS && n < MAX_RANK; i++)
        if (clang_isExpression(clang_getCursorKind(kids.at[i])))
            found[n++] = kids.at[i];
    for (CXType type = clang_getCursorType(decl); clang_getArrayElementType(type).kind != CXType_Invalid;
         type = clang_getArrayElementType(type))
        axes++;
    bool open = clang_getCursorType(decl).kind == CXType_IncompleteArray; /* its first axis has none */
    if (n + open != axes || (open && axis == 0))
        return false;
    *size = found[axes - 1 - axis];
    return true;
}

struct fixed {
    struct fe_walk *function; /* with all assignments of the function */
    bool holds;
};

struct name {
    struct fe_walk *w;
    CXCursor decl;
    bool hidden;
};

static void find_namesake(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct name *name = data;
    bool other = clang_getCursorKind(cursor) == CXCursor_VarDecl && !clang_equalCursors(cursor, name->decl);
    name->hidden =
        name->hidden || (other && !strcmp(fe_spelling(name->w, cursor), fe_spelling(name->w, name->decl)));
}

/* Another variable of the function has the name, too, and may have it at the nest. */
static bool is_hidden(struct fe_walk *w, CXCursor decl)
{
    struct name name = {w, decl, false};
    fe_each(w->function_body, find_namesake, &name);
    return name.hidden;
}

static void check_fixed(CXCursor cursor, CXCursor parent, void *data)
{
    struct fixed *fixed = data;
    CXCursor decl = clang_getCursorReferenced(cursor);
    find_memory(cursor, parent, &fixed->holds);
    if (clang_getCursorKind(cursor) == CXCursor_DeclRefExpr &&
        clang_getCursorKind(decl) != CXCursor_EnumConstantDecl)
        fixed->holds = fixed->holds && clang_getCursorKind(decl) == CXCursor_ParmDecl &&
                       !fe_written(fixed->function, decl) && !fe_is_exposed(fixed->function, decl) &&
                       !is_hidden(fixed->function, decl);
}

/* An expression over parameters that no statement of the function changes: what holds at the nest held where
 * it stands. */
static bool is_fixed(struct fe_walk *w, CXCursor expr)
{
    struct fe_walk function = *w;
    function.n_writes = function.writes_capacity = 0;
    function.write = NULL;
    fe_collect_writes(&function, w->function_body);
    struct fixed fixed = {&function, true};
    check_fixed(expr, expr, &fixed);
    fe_each(expr, check_fixed, &fixed);
    return fixed.holds;
}

/* Extent of a variable-length axis. */
static bool variable_extent(struct fe_walk *w, CXCursor decl, CXCursor at, int axis, int64_t *extent)
{
    CXCursor size;
    struct fe_affine value;
    if (!size_expression(decl, axis, &size) || !is_fixed(w, size))
        return fe_refuse(w, at, "use constant dimensions, or parameters that do not change",
            "dimensions of '%s' are not fixed", fe_spelling(w, decl));
    if (!fe_exact_of(w, size, "dimension", &value))
        return false;
    *extent = value.constant;
    return (!value.n_terms && *extent > 0) ||
           fe_refuse(w, at, NULL, "dimensions of '%s' are not fixed", fe_spelling(w, decl));
}

static bool shape_of(struct fe_walk *w, CXCursor decl, CXCursor at, struct shape *shape)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(decl));
    bool parameter = clang_getCursorKind(decl) == CXCursor_ParmDecl;
    *shape = (struct shape){.rank = 0};
    for (;; type = clang_getCanonicalType(type)) {
        shape->is_volatile = shape->is_volatile || clang_isVolatileQualifiedType(type);
        bool first = shape->rank == 0;
        if (shape->rank == MAX_RANK)
            return fe_refuse(w, at, NULL, "'%s' has too many dimensions", fe_spelling(w, decl));
        if (type.kind == CXType_ConstantArray) {
            shape->extent[shape->rank++] = clang_getArraySize(type);
            shape->is_pointer = shape->is_pointer || (first && parameter);
            type = clang_getArrayElementType(type);
        } else if (type.kind == CXType_VariableArray) {
            bool known = variable_extent(w, decl, at, shape->rank, &shape->extent[shape->rank]);
            if (!known && !(first && parameter))
                return false;
            shape->is_pointer = shape->is_pointer || (first && parameter);
            shape->rank++;
            type = clang_getArrayElementType(type);
        } else if (type.kind == CXType_IncompleteArray && first) {
            shape->rank++;
            shape->is_pointer = parameter;
            type = clang_getArrayElementType(type);
        } else if (type.kind == CXType_Pointer && first) {
            shape->rank++;
            shape->is_pointer = true;
            shape->is_restrict = clang_isRestrictQualifiedType(type);
            type = clang_getPointeeType(type);
        } else {
            break;
        }
    }
    shape->element = type;
    return true;
}

static enum fe_storage storage_of(struct fe_walk *w, CXCursor decl, int rank)
{
    if (clang_getCursorKind(decl) == CXCursor_FieldDecl)
        return FE_GLOBAL;
    if (clang_getCursorKind(decl) == CXCursor_ParmDecl)
        return FE_PARAM;
    if (fe_in_nest(w, decl))
        return FE_PRIVATE;
    if (clang_getCursorKind(clang_getCursorSemanticParent(decl)) != CXCursor_FunctionDecl)
        return FE_GLOBAL;
    bool temporary = rank == 0 && clang_Cursor_getStorageClass(decl) != CX_SC_Static &&
                     !fe_live_after(w, decl) && fe_assigned_first(w, decl);
    return temporary ? FE_PRIVATE : FE_LOCAL;
}

static bool check_shape(struct fe_walk *w, CXCursor decl, CXCursor at, const struct shape *shape)
{
    const char *name = fe_spelling(w, decl);
    if (shape->is_volatile)
        return fe_refuse(w, at, "every access to it has to happen, in order", "'%s' is volatile", name);
    if (shape->element.kind == CXType_Pointer)
        return fe_refuse(w, at, "use one array instead of an array of pointers", "'%s' holds pointers", name);
    if (fe_type(shape->element) == NAAS_VOID) {
        CXString spelling = clang_getTypeSpelling(shape->element);
        fe_refuse(w, at, "elements are float, double, or integers of 8 to 64 bits",
            "element type '%s' of '%s' is not handled", clang_getCString(spelling), name);
        clang_disposeString(spelling);
        return false;
    }
    if (shape->is_pointer && fe_written(w, decl) && !w->stepped)
        return fe_refuse(w, at, "use an index instead", "pointer '%s' changes in the nest", name);
    if (fe_in_nest(w, decl) && shape->is_pointer)
        return fe_refuse(w, at, NULL, "pointer '%s' is not a row of a known array", name);
    if (fe_in_nest(w, decl) && clang_Cursor_getStorageClass(decl) == CX_SC_Static)
        return fe_refuse(w, at, "declare it outside the nest", "'%s' is static", name);
    return true;
}

/* Address of the first element. */
static const char *base_of(struct fe_walk *w, const char *place, int rank)
{
    struct naas_buf base = naas_buf_new(w->ctx);
    naas_buf_printf(&base, "%s%s", rank == 1 ? "" : "&", place);
    for (int i = 0; rank > 1 && i < rank; i++)
        naas_buf_puts(&base, "[0]");
    return base.text;
}

static bool is_flat(const struct fe_walk *w, CXCursor decl)
{
    for (int i = 0; i < w->plan->n_flat; i++)
        if (clang_equalCursors(w->plan->flat[i], decl))
            return true;
    return false;
}

/* One axis for all, of unknown length if the first one was. */
static void make_flat(struct fe_walk *w, struct fe_array *array)
{
    int64_t extent = array->extent[0] * array->stride[0];
    array->rank = 1;
    array->extent = naas_alloc(w->ctx, 1, sizeof *array->extent);
    array->stride = naas_alloc(w->ctx, 1, sizeof *array->stride);
    array->extent[0] = extent;
    array->stride[0] = 1;
}

bool fe_ask_flat(struct fe_walk *w, const struct fe_array *array, CXCursor at)
{
    struct fe_plan *plan = w->plan;
    if (plan->n_flat < FE_MAX_PLAN) {
        plan->flat[plan->n_flat++] = w->array_decl[array->id];
        plan->again = true;
    }
    return fe_refuse(w, at, NULL, "a subscript of '%s' is divided in too many ways", array->name);
}

static struct fe_array *new_array(struct fe_walk *w, CXCursor decl, const struct shape *shape)
{
    struct fe_nest *nest = w->nest;
    struct fe_array *array = naas_alloc(w->ctx, 1, sizeof *array);
    array->id = nest->n_arrays;
    array->name = fe_spelling(w, decl);
    array->type = fe_type(shape->element);
    array->is_long = fe_is_long(shape->element);
    array->rank = shape->rank;
    array->extent = naas_alloc(w->ctx, (size_t)shape->rank + 1, sizeof *array->extent);
    array->stride = naas_alloc(w->ctx, (size_t)shape->rank + 1, sizeof *array->stride);
    int64_t stride = 1;
    for (int i = shape->rank - 1; i >= 0; i--) {
        array->extent[i] = shape->extent[i];
        array->stride[i] = stride;
        stride *= shape->extent[i];
    }
    array->base = base_of(w, array->name, shape->rank);
    w->axes = naas_grow(w->ctx, w->axes, nest->n_arrays, &w->axes_capacity, sizeof *w->axes);
    w->axes[array->id] = (struct fe_shape){array->rank, array->stride};
    if (is_flat(w, decl))
        make_flat(w, array);
    array->storage = storage_of(w, decl, shape->rank);
    array->is_const = clang_isConstQualifiedType(shape->element);
    array->is_pointer = shape->is_pointer;
    array->is_restrict = shape->is_restrict;
    array->loc = fe_loc(w, decl);
    nest->array =
        naas_grow(w->ctx, nest->array, nest->n_arrays, &w->arrays_capacity, sizeof(struct fe_array *));
    w->array_decl =
        naas_grow(w->ctx, w->array_decl, nest->n_arrays, &w->decls_capacity, sizeof *w->array_decl);
    w->array_decl[nest->n_arrays] = decl;
    nest->array[nest->n_arrays++] = array;
    return array;
}

static bool check_decl(struct fe_walk *w, CXCursor decl, CXCursor at)
{
    enum CXCursorKind kind = clang_getCursorKind(decl);
    if (kind != CXCursor_VarDecl && kind != CXCursor_ParmDecl)
        return fe_refuse(w, at, NULL, "'%s' is not a variable", fe_spelling(w, decl));
    if (w->inlined && !fe_in_nest(w, decl))
        return fe_refuse(w, at, "pass it as an argument", "called function uses '%s'", fe_spelling(w, decl));
    return true;
}

static struct fe_array *known_array(const struct fe_walk *w, CXCursor decl)
{
    for (int i = 0; i < w->nest->n_arrays; i++)
        if (clang_equalCursors(w->array_decl[i], decl))
            return w->nest->array[i];
    return NULL;
}

static struct fe_array *refuse_types(struct fe_walk *w, CXCursor decl, CXCursor at)
{
    fe_refuse(w, at, "use it as one", "'%s' is used as a pointer to several types", fe_spelling(w, decl));
    return NULL;
}

static bool is_counter(const struct fe_walk *w, CXCursor decl)
{
    for (int i = 0; i < w->n_writes; i++)
        if (w->write[i].counter && !w->write[i].element && clang_equalCursors(w->write[i].decl, decl))
            return true;
    return false;
}

struct fe_array *fe_array_of(struct fe_walk *w, CXCursor decl, CXCursor at)
{
    struct fe_array *array = known_array(w, decl);
    struct shape shape;
    if (is_counter(w, decl) && !w->stepped) {
        fe_ask_moved(w, decl);
        fe_refuse(w, at, "use a variable of its own", "'%s' is used outside of the loop that steps it",
            fe_spelling(w, decl));
        return NULL;
    }
    if (array && array->type != fe_type(element_type(clang_getCursorType(decl))))
        return refuse_types(w, decl, at);
    if (array)
        return array;
    if (!check_decl(w, decl, at) || !shape_of(w, decl, at, &shape) || !check_shape(w, decl, at, &shape))
        return NULL;
    return new_array(w, decl, &shape);
}

struct fe_array *fe_stepped_array(struct fe_walk *w, CXCursor decl, CXCursor at)
{
    w->stepped = true;
    struct fe_array *array = fe_array_of(w, decl, at);
    w->stepped = false;
    return array;
}

struct fe_array *fe_array_as(struct fe_walk *w, CXCursor decl, CXType pointer, CXCursor at)
{
    struct fe_array *array = known_array(w, decl);
    struct shape shape;
    CXType element = clang_getCanonicalType(clang_getPointeeType(clang_getCanonicalType(pointer)));
    if (array && (array->rank != 1 || array->type != fe_type(element)))
        return refuse_types(w, decl, at);
    if (array)
        return array;
    if (!check_decl(w, decl, at) || !shape_of(w, decl, at, &shape))
        return NULL;
    if (!shape.is_pointer || shape.rank != 1) {
        fe_refuse(w, at, "use the array with its own type", "array is converted to another type");
        return NULL;
    }
    shape.element = element;
    shape.is_volatile = shape.is_volatile || clang_isVolatileQualifiedType(element);
    if (!check_shape(w, decl, at, &shape))
        return NULL;
    array = new_array(w, decl, &shape);
    array->base = naas_format(
        w->ctx, "((%s%s *)%s)", array->is_const ? "const " : "", naas_type_c(array->type), array->name);
    return array;
}

struct fe_array *fe_member_array(struct fe_walk *w, CXCursor member)
{
    struct fe_place place;
    struct shape shape;
    if (!fe_member_of(w, member, &place) || !shape_of(w, place.field, member, &shape))
        return NULL;
    if (shape.is_pointer && fe_place_changes(w, &place)) {
        fe_refuse(w, member, "copy the pointer to a local variable in front of the nest",
            "'%s' may change while the nest runs", place.text);
        return NULL;
    }
    if (!check_shape(w, place.field, member, &shape))
        return NULL;
    const char *base = base_of(w, place.text, shape.rank);
    for (int i = 0; i < w->nest->n_arrays; i++)
        if (!strcmp(w->nest->array[i]->base, base))
            return w->nest->array[i];
    struct fe_array *array = new_array(w, place.field, &shape);
    bool parameter = clang_getCursorKind(place.root) == CXCursor_ParmDecl;
    array->name = place.text;
    array->base = base;
    array->storage = parameter ? FE_PARAM
                     : clang_getCursorKind(clang_getCursorSemanticParent(place.root)) == CXCursor_FunctionDecl
                         ? FE_LOCAL
                         : FE_GLOBAL;
    array->is_pointer = array->is_pointer || place.reached;
    array->loc = fe_loc(w, place.field);
    return array;
}
