-- For Neovim 0.11 or newer, with this folder in 'runtimepath': vim.lsp.enable("migfix").
local migfix = require("migfix")

return {
  cmd = function(dispatchers, config)
    local program = migfix.program(vim.api.nvim_buf_get_name(0)) or "migfix"
    return vim.lsp.rpc.start({ program, "lsp" }, dispatchers, { cwd = config and config.root_dir })
  end,
  filetypes = { "python" },
  root_markers = { "alembic.ini", "migfix.toml", "pyproject.toml", "migrations", ".git" },
  init_options = migfix.options(),
  on_init = migfix.commands,
}
