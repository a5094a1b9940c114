# Makes shaderc linkable; sourced by bash after setup.sh, never run.
#
# Debian's shared libshaderc lacks symbols of glslang and its static one lacks glslang itself. So: one archive of
# all of them, in a folder that holds no shared library for the linker to prefer. It names itself by
# SHADERC_LIB_DIR, which a caller may set beforehand to a shaderc of its own.

shaderc_archives=(shaderc_combined glslang MachineIndependent GenericCodeGen OSDependent OGLCompiler HLSL SPIRV
    SPIRV-Tools-opt SPIRV-Tools)
shaderc_from="/usr/lib/$(uname -m)-linux-gnu"

# Notes what the archive is made of, unless it is made already.
need_shaderc() {
    need_command c++ g++
    if [[ -n ${SHADERC_LIB_DIR:-} || -e $cache/shaderc/libshaderc_combined.a ]]; then return 0; fi
    need_command ar binutils
    need_file "$shaderc_from/libshaderc_combined.a" libshaderc-dev
    need_file "$shaderc_from/libMachineIndependent.a" glslang-dev
    need_file "$shaderc_from/libSPIRV-Tools.a" spirv-tools
}

# Makes the archive, unless it is made already, and exports SHADERC_LIB_DIR. Call after `install_missing`.
make_shaderc() {
    if [[ -n ${SHADERC_LIB_DIR:-} ]]; then return 0; fi
    export SHADERC_LIB_DIR="$cache/shaderc"
    if [[ -e $SHADERC_LIB_DIR/libshaderc_combined.a ]]; then return 0; fi
    mkdir -p "$SHADERC_LIB_DIR"
    # ar's scripts take no blanks in names, and a half-written archive must not be believed.
    (
        cd "$SHADERC_LIB_DIR"
        {
            echo "CREATE merged.$$.a"
            printf "ADDLIB $shaderc_from/lib%s.a\n" "${shaderc_archives[@]}"
            echo SAVE
            echo END
        } | ar -M
        mv "merged.$$.a" libshaderc_combined.a
    )
}
