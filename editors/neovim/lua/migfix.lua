-- migfix in Neovim 0.7 or newer: require("migfix").setup() in init.lua, with this folder in 'runtimepath'.
local M = {}

local MARKERS = { "alembic.ini", "migfix.toml", "pyproject.toml", "migrations", ".git" }

local function exists(path)
  return (vim.uv or vim.loop).fs_stat(path) ~= nil
end

local function parents(path)
  local folder = vim.fn.fnamemodify(path, ":p:h")
  return function()
    local found = folder
    if found == nil then
      return nil
    end
    local above = vim.fn.fnamemodify(found, ":h")
    folder = above ~= found and above or nil
    return found
  end
end

--- The folder of the project that a file belongs to; the file's own where no marker is found.
function M.root(path)
  for folder in parents(path) do
    for _, marker in ipairs(MARKERS) do
      if exists(folder .. "/" .. marker) then
        return folder
      end
    end
  end
  return vim.fn.fnamemodify(path, ":p:h")
end

--- The program for a file: the active environment's, then .venv and venv from the file's folder upwards, then PATH's.
function M.program(path)
  local places = {}
  if vim.env.VIRTUAL_ENV then
    table.insert(places, vim.env.VIRTUAL_ENV)
  end
  for folder in parents(path) do
    table.insert(places, folder .. "/.venv")
    table.insert(places, folder .. "/venv")
  end
  for _, place in ipairs(places) do
    for _, program in ipairs({ place .. "/bin/migfix", place .. "/Scripts/migfix.exe" }) do
      if vim.fn.executable(program) == 1 then
        return program
      end
    end
  end
  return vim.fn.exepath("migfix") ~= "" and vim.fn.exepath("migfix") or nil
end

local function run(command, argument, answered)
  local find = vim.lsp.get_clients or vim.lsp.get_active_clients
  for _, client in ipairs(find({ name = "migfix" })) do
    if client.name == "migfix" then
      local params = { command = command, arguments = { argument } }
      local function done(problem, answer)
        if problem then
          vim.notify("migfix: " .. (problem.message or vim.inspect(problem)), vim.log.levels.WARN)
        elseif answered then
          answered(answer)
        end
      end
      if vim.fn.has("nvim-0.11") == 1 then
        client:request("workspace/executeCommand", params, done)
      else
        client.request("workspace/executeCommand", params, done)
      end
      return
    end
  end
  vim.notify("migfix does not run in this Neovim", vim.log.levels.WARN)
end

--- Shows {name, language, text} in a window of its own that is never saved.
function M.show(shown)
  if type(shown) ~= "table" or type(shown.text) ~= "string" then
    return
  end
  vim.cmd("botright new")
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(shown.text, "\n"))
  vim.bo[buffer].buftype = "nofile"
  vim.bo[buffer].bufhidden = "wipe"
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = shown.language
  pcall(vim.api.nvim_buf_set_name, buffer, "migfix://" .. shown.name)
end

local function ask(needs, given, done)
  local need = table.remove(needs, 1)
  if need == nil then
    return done(given)
  end
  local prompt = need.question .. " (" .. need.key .. ") "
  vim.ui.input({ prompt = prompt, default = need.suggestion }, function(answer)
    if answer ~= nil and vim.trim(answer) ~= "" then
      given[need.kind .. "s"][need.key] = vim.trim(answer)
      ask(needs, given, done)
    end
  end)
end

--- Asks for what a rewrite needs, then lets the server apply it.
local function ask_and_apply(command)
  local asked = command.arguments[1]
  local given = { values = vim.empty_dict(), wheres = vim.empty_dict() }
  ask(vim.deepcopy(asked.needs), given, function(answers)
    local argument = { uri = asked.uri, key = asked.key, plan = asked.plan }
    run("migfix.applyPlan", vim.tbl_extend("error", argument, answers))
  end)
end

local function ask_and_ignore(command)
  local asked = command.arguments[1]
  vim.ui.input({ prompt = "Why is " .. asked.key[1] .. " no risk here? " }, function(reason)
    if reason ~= nil and vim.trim(reason) ~= "" then
      run("migfix.ignore", { uri = asked.uri, key = asked.key, reason = vim.trim(reason) })
    end
  end)
end

local function show_answer(command)
  run(command.command, command.arguments[1], M.show)
end

local COMMANDS = {
  ["migfix.askAndApply"] = ask_and_apply,
  ["migfix.askAndIgnore"] = ask_and_ignore,
  ["migfix.explain"] = show_answer,
  ["migfix.preview"] = show_answer,
}

--- What the server is told at the start: the settings, and which commands are answered here.
function M.options(settings)
  local own = { "migfix.askAndApply", "migfix.askAndIgnore" }
  return vim.tbl_extend("force", settings or {}, { clientCommands = own })
end

--- Answers the server's commands that need a person; needed once.
function M.commands()
  for name, action in pairs(COMMANDS) do
    vim.lsp.commands[name] = action
  end
  vim.api.nvim_create_user_command("MigfixApplyAll", function()
    run("migfix.applyAll", { uri = vim.uri_from_bufnr(0), review = false })
  end, { desc = "apply all safe rewrites of this revision" })
  vim.api.nvim_create_user_command("MigfixPreview", function()
    run("migfix.preview", { uri = vim.uri_from_bufnr(0), review = true }, M.show)
  end, { desc = "show what would be rewritten in this revision" })
end

local function attach(options, buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  local program = options.program or M.program(path)
  if path == "" or program == nil then
    return
  end
  local config = {
    name = "migfix",
    cmd = { program, "lsp" },
    root_dir = M.root(path),
    settings = { migfix = options.settings or vim.empty_dict() },
    init_options = M.options(options.settings),
    capabilities = options.capabilities,
    on_attach = options.on_attach,
  }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
  else
    M.clients = M.clients or {}
    local key = program .. "\n" .. config.root_dir
    M.clients[key] = M.clients[key] or vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(buffer, M.clients[key])
  end
end

--- Starts migfix for the Python files of Alembic projects.
--- options: program (else it is looked for), settings (section `migfix`), capabilities, on_attach.
function M.setup(options)
  options = options or {}
  M.commands()
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("migfix", { clear = true }),
    pattern = "python",
    callback = function(event)
      attach(options, event.buf)
    end,
  })
end

return M
