# SwiftShader, a software Vulkan driver; sourced by bash after setup.sh, never run.
#
# No distribution packages it; the npm package of a headless Chromium carries a recent build. Fetched once.

swiftshader_package=@sparticuz/chromium@147.0.0
swiftshader_sha256=f957ea867313f9815b71dc2ed30cce301e01db4f3973fbdb31ffa5391b0ec45a # of swiftshader.tar.br
swiftshader_folder="$cache/swiftshader-147.0.0"
# What VK_DRIVER_FILES is set to.
swiftshader_icd="$swiftshader_folder/vk_swiftshader_icd.json"

# Notes what fetching takes, unless it is fetched already.
need_swiftshader() {
    if [[ -e $swiftshader_icd ]]; then return 0; fi
    if [[ $(uname -sm) != 'Linux x86_64' ]]; then
        echo "SwiftShader comes from a package that is built for Linux on x86_64 only." >&2
        exit 1
    fi
    need_command node nodejs
    need_command npm npm
}

# Fetches it (65 MiB to load, 15 MiB to keep), unless that is done already. Call after `install_missing`.
fetch_swiftshader() {
    if [[ -e $swiftshader_icd ]]; then return 0; fi
    echo "Fetching SwiftShader from $swiftshader_package" >&2
    mkdir -p "$cache"
    (
        # Beside its place, so that one rename makes all of it visible.
        temporary="$(mktemp -d "$cache/swiftshader.XXXXXX")"
        trap 'rm -rf "$temporary"' EXIT
        cd "$temporary"
        npm pack --silent "$swiftshader_package" >/dev/null </dev/null
        tar -xzf ./*.tgz package/bin/swiftshader.tar.br
        echo "$swiftshader_sha256  package/bin/swiftshader.tar.br" | sha256sum --check --quiet
        node -e 'fs.writeFileSync("all.tar", zlib.brotliDecompressSync(fs.readFileSync(process.argv[1])))' \
            package/bin/swiftshader.tar.br
        mkdir all
        tar -xf all.tar -C all --no-same-owner
        rm -rf "$swiftshader_folder"
        mv all "$swiftshader_folder"
    )
}
