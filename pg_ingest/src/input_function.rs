//! A type's input function, looked up once a call of `read_rows`.

use std::marker::PhantomData;

use json_rows::TypeDescription;
use pgrx::pg_sys;

use crate::memory::Memory;

/// What calling a type's input function takes.
pub(crate) struct InputFunction<'a> {
    function: pg_sys::FmgrInfo,
    parameter: pg_sys::Oid,
    typmod: i32,
    /// Where it keeps what it remembers between two calls.
    memory: PhantomData<Memory<'a>>,
}

impl<'a> InputFunction<'a> {
    /// Looks the function up; what it remembers between two calls lives in `memory`.
    pub(crate) fn find(description: &TypeDescription, memory: Memory<'a>) -> InputFunction<'a> {
        let (mut input, mut parameter) = (pg_sys::InvalidOid, pg_sys::InvalidOid);
        let mut function = pg_sys::FmgrInfo::default();
        // SAFETY: the out-parameters are ours; a type that does not exist raises. The memory outlives `function`,
        // which is borrowed from it.
        unsafe {
            pg_sys::getTypeInputInfo(description.base_oid.into(), &mut input, &mut parameter);
            pg_sys::fmgr_info_cxt(input, &mut function, memory.context());
        }
        InputFunction { function, parameter, typmod: description.typmod, memory: PhantomData }
    }

    /// Calls the function with a text that ends in a zero byte; raises what it raises. The value is allocated in the
    /// current memory context.
    pub(crate) fn call(&mut self, text: &mut [u8]) -> pg_sys::Datum {
        debug_assert_eq!(text.last(), Some(&0));
        // SAFETY: the text is a C string by the caller's word; input functions take a `char *` but do not keep it.
        unsafe {
            pg_sys::InputFunctionCall(
                &mut self.function,
                text.as_mut_ptr().cast(),
                self.parameter,
                self.typmod,
            )
        }
    }
}

/// The element type of an array type.
pub(crate) fn element_type(array_oid: pg_sys::Oid) -> pg_sys::Oid {
    // SAFETY: looks a type up; what is no array has no element type.
    unsafe { pg_sys::get_element_type(array_oid) }
}

/// How a type's values lie in an array.
#[derive(Clone, Copy)]
pub(crate) struct ElementLayout {
    pub(crate) length: i16,
    pub(crate) by_value: bool,
    pub(crate) alignment: std::ffi::c_char,
}

impl ElementLayout {
    /// Looks the layout of a type up.
    pub(crate) fn find(type_oid: pg_sys::Oid) -> ElementLayout {
        let mut layout = ElementLayout { length: 0, by_value: false, alignment: 0 };
        // SAFETY: the out-parameters are ours; a type that does not exist raises.
        unsafe {
            pg_sys::get_typlenbyvalalign(
                type_oid,
                &mut layout.length,
                &mut layout.by_value,
                &mut layout.alignment,
            );
        }
        layout
    }
}
