# SPDX-License-Identifier: Apache-2.0
"""Bodies of Python handlers as `reactive port` writes them in C: what they become, and that it compiles."""

import textwrap

import pytest

from port_bodies import check_c, to_c, translate

# (what it is about, the Python, the C without the last return)
CASES = [
    ("flags", """
        set_flag('a')
        clear_flag('b')
        set_state('c')
        remove_state('d')
     """, """
        reactive_set_flag (unit, "a");
        reactive_clear_flag (unit, "b");
        reactive_set_flag (unit, "c");
        reactive_clear_flag (unit, "d");
     """),
    ("toggled by a condition", """
        toggle_flag('a', is_flag_set('b') and not is_state('c'))
     """, """
        reactive_toggle_flag (unit, "a", reactive_is_flag_set (unit, "b") && !reactive_is_flag_set (unit, "c"));
     """),
    ("names that are put together", """
        set_flag(PREFIX + '.ready')
        set_flag('{}.{}'.format(PREFIX, 'up'))
        set_flag(f'{PREFIX}.down')
        set_flag('%s.done' % PREFIX)
     """, """
        reactive_set_flag (unit, "web.ready");
        reactive_set_flag (unit, "web.up");
        reactive_set_flag (unit, "web.down");
        reactive_set_flag (unit, "web.done");
     """),
    ("names that are known when it runs", """
        set_flag('host.{}'.format(config('host')))
     """, """
        g_autofree char *text = g_strdup_printf ("host.%s", port_text_or_none (reactive_config_get_string (unit, "host")));
        reactive_set_flag (unit, text);
     """),
    ("a name that is not known", """
        set_flag(compute())
     """, """
        PORT_TODO ("web.py:1", "set_flag(compute())");
     """),
    ("several flags", """
        if all_flags_set('a', 'b') or any_flags_set('c', 'd'):
            set_flag('e')
        elif 'f' in get_flags():
            clear_flag('e')
        else:
            return
        log('done')
     """, """
        if (reactive_all_flags_set (unit, "a", "b", NULL) || reactive_any_flags_set (unit, "c", "d", NULL))
          reactive_set_flag (unit, "e");
        else if (port_list_contains (reactive_get_flags (unit), "f"))
          reactive_clear_flag (unit, "e");
        else
          return TRUE;
        reactive_log (unit, REACTIVE_LOG_INFO, "done");
     """),
    ("a trigger", """
        register_trigger(when='a', clear_flag='b')
     """, """
        const ReactiveTrigger trigger = { .when = "a", .clear = "b" };
        reactive_register_trigger (unit, &trigger, NULL, NULL);
     """),
    ("options by their types", """
        cfg = hookenv.config()
        if cfg['debug'] and cfg.get('port') > 1024 and config('host'):
            log('{} {} {}'.format(cfg['host'], config()['port'], config('ratio')))
     """, """
        if (reactive_config_get_boolean (unit, "debug") && reactive_config_get_integer (unit, "port") > 1024
            && port_is_text (reactive_config_get_string (unit, "host")))
          {
            g_autofree char *text = port_double_to_text (reactive_config_get_double (unit, "ratio"));
            reactive_log_printf (unit, REACTIVE_LOG_INFO, "%s %" G_GINT64_FORMAT " %s",
                port_text_or_none (reactive_config_get_string (unit, "host")), reactive_config_get_integer (unit, "port"),
                text);
          }
     """),
    ("changed options", """
        cfg = config()
        if cfg.changed('port') and cfg.previous('host') != 'here':
            log('moved')
     """, """
        if (reactive_config_is_changed (unit, "port")
            && g_strcmp0 (port_json_to_string (reactive_config_get_previous (unit, "host")), "here") != 0)
          reactive_log (unit, REACTIVE_LOG_INFO, "moved");
     """),
    ("an option that has no value", """
        if config('port') is None or config('host') is not None:
            log('odd')
     """, """
        if (reactive_config_get (unit, "port") == NULL || reactive_config_get (unit, "host") != NULL)
          reactive_log (unit, REACTIVE_LOG_INFO, "odd");
     """),
    ("statuses", """
        status_set('maintenance', 'installing')
        hookenv.status_set('blocked', '100% full')
        status.waiting('for {} of 100%'.format(config('host')))
        layer.status.active('')
     """, """
        reactive_status_maintenance (unit, "installing");
        reactive_status_blocked (unit, "100% full");
        reactive_status_waiting_printf (unit, "for %s of 100%%", port_text_or_none (reactive_config_get_string (unit, "host")));
        reactive_status_active (unit, "");
     """),
    ("a status that is known when it runs", """
        state = 'active'
        if is_flag_set('a'):
            state = 'blocked'
        status_set(state, 'so')
        if hookenv.status_get()[0] == 'active':
            return
     """, """
        const char *state = "active";
        if (reactive_is_flag_set (unit, "a"))
          {
            state = "blocked";
          }
        port_status (unit, state, "so");
        if (g_strcmp0 (reactive_get_status (unit), "active") == 0)
          return TRUE;
     """),
    ("log levels", """
        log('a', DEBUG)
        hookenv.log('b', level=hookenv.WARNING)
        log('c', 'ERROR')
        log(message='d', level='info')
     """, """
        reactive_log (unit, REACTIVE_LOG_DEBUG, "a");
        reactive_log (unit, REACTIVE_LOG_WARNING, "b");
        reactive_log (unit, REACTIVE_LOG_ERROR, "c");
        reactive_log (unit, REACTIVE_LOG_INFO, "d");
     """),
    ("a message that is not known in part", """
        log('{} of {} at {:.1f}'.format(config('host'), compute(), 1.5))
     """, """
        reactive_log_printf (unit, REACTIVE_LOG_INFO, "%s of %s at %s",
            port_text_or_none (reactive_config_get_string (unit, "host")), PORT_STRING ("web.py:1", "compute()"),
            PORT_STRING ("web.py:1", "1.5"));
     """),
    ("letters that C takes for more", r"""
        log('"quoted" \\ 100% ??= é\t\x01 \u202e')
     """, r"""
        reactive_log (unit, REACTIVE_LOG_INFO, "\"quoted\" \\ 100% ?\?= é\t\001 \342\200\256");
     """),
    ("conditions that are not known", """
        if is_flag_set('a') and compute():
            set_flag('b')
        if not compute():
            set_flag('c')
        while compute():
            set_flag('d')
            break
        for item in compute():
            set_flag('e')
     """, """
        if (reactive_is_flag_set (unit, "a") && PORT_CONDITION ("web.py:1", "compute()"))
          reactive_set_flag (unit, "b");
        if (PORT_CONDITION ("web.py:3", "not compute()"))
          reactive_set_flag (unit, "c");
        while (PORT_CONDITION ("web.py:5", "compute()"))
          {
            reactive_set_flag (unit, "d");
            break;
          }
        while (PORT_CONDITION ("web.py:8", "for item in compute()"))
          reactive_set_flag (unit, "e");
     """),
    ("loops", """
        for name in UNITS:
            if name == 'a':
                continue
            set_flag('unit.' + name)
     """, """
        const char *const items[] = { "a", "b", NULL };
        for (guint i = 0; i < port_list_length (items); i++)
          {
            const char *name = items[i];
            if (g_strcmp0 (name, "a") == 0)
              continue;
            g_autofree char *text = g_strdup_printf ("unit.%s", name);
            reactive_set_flag (unit, text);
          }
     """),
    ("loops with an else branch", """
        for number in range(1, config('port')):
            if number > 7:
                break
        else:
            log('small')
        for thing in compute():
            break
        else:
            log('none')
     """, """
        gboolean is_complete = TRUE;
        gint64 end = reactive_config_get_integer (unit, "port");
        for (gint64 i = 1; i < end; i++)
          {
            gint64 number = i;
            if (number > 7)
              {
                is_complete = FALSE;
                break;
              }
          }
        if (is_complete)
          reactive_log (unit, REACTIVE_LOG_INFO, "small");
        gboolean is_complete2 = TRUE;
        while (PORT_CONDITION ("web.py:6", "for thing in compute()"))
          {
            is_complete2 = FALSE;
            break;
          }
        if (is_complete2)
          reactive_log (unit, REACTIVE_LOG_INFO, "none");
     """),
    ("a string that grows", """
        message = 'ready'
        if is_flag_set('a'):
            message = message + ' and ' + config('host')
        message += '!'
        status.active(message)
     """, """
        g_autofree char *message = g_strdup ("ready");
        if (reactive_is_flag_set (unit, "a"))
          {
            port_take_string (&message,
                g_strdup_printf ("%s and %s", message, port_text_or_none (reactive_config_get_string (unit, "host"))));
          }
        port_take_string (&message, g_strdup_printf ("%s!", message));
        reactive_status_active (unit, message);
     """),
    ("values that are kept", """
        kv = unitdata.kv()
        if kv.get('version') == '1' or db.get('count', 0) > 2:
            kv.set('version', '2')
            kv.set('count', 3)
            kv.set('known', True)
            kv.set('map', {'a': [1, 'b'], 'c': None})
            kv.unset('old')
        db.flush()
     """, """
        if (g_strcmp0 (port_json_to_string (reactive_kv_get (unit, "version")), "1") == 0
            || reactive_kv_get_integer (unit, "count") > 2)
          {
            reactive_kv_set_string (unit, "version", "2");
            reactive_kv_set_integer (unit, "count", 3);
            g_autoptr (ReactiveJson) data = reactive_json_new_boolean (TRUE);
            reactive_kv_set (unit, "known", data);
            g_autoptr (ReactiveJson) data2 = reactive_json_new_object ();
            g_autoptr (ReactiveJson) member = reactive_json_new_array ();
            reactive_json_array_add (member, reactive_json_new_integer (1));
            reactive_json_array_add (member, reactive_json_new_string ("b"));
            reactive_json_object_set (data2, "a", g_steal_pointer (&member));
            reactive_json_object_set (data2, "c", reactive_json_new_null ());
            reactive_kv_set (unit, "map", data2);
            reactive_kv_unset (unit, "old");
          }
        /* Values are kept when the hook ends well. */
     """),
    ("changes of data and files", """
        if data_changed('web.port', config('port')):
            log('data')
        if any_file_changed(['/etc/a', '/etc/b']):
            log('files')
     """, """
        g_autoptr (ReactiveJson) data = reactive_json_new_integer (reactive_config_get_integer (unit, "port"));
        if (reactive_data_changed (unit, "web.port", data))
          reactive_log (unit, REACTIVE_LOG_INFO, "data");
        if (reactive_any_file_changed (unit, "/etc/a", "/etc/b", NULL))
          reactive_log (unit, REACTIVE_LOG_INFO, "files");
     """),
    ("what needs lines of its own is evaluated in its turn", """
        if is_flag_set('a') and data_changed('b', ['c']):
            log('both')
     """, """
        gboolean holds = reactive_is_flag_set (unit, "a");
        if (holds)
          {
            g_autoptr (ReactiveJson) data = reactive_json_new_array ();
            reactive_json_array_add (data, reactive_json_new_string ("c"));
            holds = reactive_data_changed (unit, "b", data);
          }
        if (holds)
          reactive_log (unit, REACTIVE_LOG_INFO, "both");
     """),
    ("leadership", """
        if not hookenv.is_leader() or leader_get('password'):
            return
        leader_set({'password': config('host'), 'old': None})
        leader_set(count=1)
     """, """
        if (!reactive_is_leader (unit) || port_is_text (reactive_leader_get (unit, "password")))
          return TRUE;
        if (!reactive_leader_set (unit, "password", reactive_config_get_string (unit, "host"), error))
          return FALSE;
        if (!reactive_leader_set (unit, "old", NULL, error))
          return FALSE;
        if (!reactive_leader_set (unit, "count", "1", error))
          return FALSE;
     """),
    ("an action", """
        target = action_get('target')
        if not target or action_get('dry-run') or hookenv.action_get()['keep'] < 1:
            hookenv.action_fail('nothing to keep: {}'.format(target))
            return
        action_set({'target': target, 'size': compute()})
        results = {'a': 1}
        results['b'] = target
        action_set(results)
     """, """
        const char *target = reactive_action_get_string (unit, "target");
        if (!port_is_text (target) || reactive_action_get_boolean (unit, "dry-run")
            || reactive_action_get_integer (unit, "keep") < 1)
          {
            g_autofree char *text = g_strdup_printf ("nothing to keep: %s", port_text_or_none (target));
            reactive_action_fail (unit, text);
            return TRUE;
          }
        reactive_action_set (unit, "target", port_text_or_none (target));
        reactive_action_set (unit, "size", PORT_STRING ("web.py:5", "compute()"));
        g_autoptr (ReactiveJson) object = reactive_json_new_object ();
        reactive_json_object_set (object, "a", reactive_json_new_integer (1));
        g_autoptr (ReactiveJson) results = g_steal_pointer (&object);
        reactive_json_object_set (results, "b", port_json_from_text (target));
        port_action_set (unit, results);
     """),
    ("ports and versions", """
        hookenv.open_port(80)
        hookenv.open_port(config('port'), 'UDP')
        hookenv.close_port('443')
        hookenv.application_version_set('1.2')
     """, """
        reactive_open_port (unit, "80/tcp");
        g_autofree char *port = g_strdup_printf ("%" G_GINT64_FORMAT "/udp", reactive_config_get_integer (unit, "port"));
        reactive_open_port (unit, port);
        reactive_close_port (unit, "443/tcp");
        reactive_set_application_version (unit, "1.2");
     """),
    ("the hook", """
        log(f'{hookenv.local_unit()} of {hookenv.application_name()} in {hookenv.charm_dir()}')
     """, """
        reactive_log_printf (unit, REACTIVE_LOG_INFO, "%s of %s in %s", reactive_get_unit_name (unit),
            reactive_get_application_name (unit), reactive_get_charm_dir (unit));
     """),
    ("an endpoint", """
        endpoint = endpoint_from_flag('endpoint.db.joined')
        if not endpoint:
            return
        for relation in endpoint.relations:
            relation.to_publish['name'] = 'web'
            relation.to_publish_raw['plain'] = config('host')
            for remote in relation.joined_units:
                log('{}: {}'.format(remote.unit_name, remote.received['port']))
        endpoint.configure(port=1)
     """, """
        ReactiveEndpoint *endpoint = reactive_endpoint_from_flag (unit, "endpoint.db.joined");
        if (endpoint == NULL)
          return TRUE;
        ReactiveRelation *const *items = reactive_endpoint_get_relations (endpoint);
        for (guint i = 0; items != NULL && items[i] != NULL; i++)
          {
            ReactiveRelation *relation = items[i];
            g_autoptr (ReactiveJson) data = reactive_json_new_string ("web");
            reactive_databag_set_json (reactive_relation_get_to_publish (relation), "name", data);
            reactive_databag_set (reactive_relation_get_to_publish (relation), "plain", reactive_config_get_string (unit, "host"));
            ReactiveRemoteUnit *const *items2 = reactive_relation_get_joined_units (relation);
            for (guint i2 = 0; items2 != NULL && items2[i2] != NULL; i2++)
              {
                ReactiveRemoteUnit *remote = items2[i2];
                g_autofree char *text = port_json_to_text (reactive_databag_get_json (reactive_remote_unit_get_received (remote), "port"));
                reactive_log_printf (unit, REACTIVE_LOG_INFO, "%s: %s", reactive_remote_unit_get_name (remote), text);
              }
          }
        PORT_TODO ("web.py:9", "endpoint.configure(port=1)");
     """),
    ("failing", """
        if not config('host'):
            raise ValueError('no host in {}'.format(PREFIX))
        assert is_flag_set('a'), 'not yet'
        sys.exit(1)
     """, """
        if (!port_is_text (reactive_config_get_string (unit, "host")))
          {
            port_raise (error, "ValueError", "no host in web");
            return FALSE;
          }
        if (!reactive_is_flag_set (unit, "a"))
          {
            port_raise (error, "AssertionError", "not yet");
            return FALSE;
          }
        port_raise (error, "SystemExit", "exit code 1");
        return FALSE;
     """),
    ("leaving early and well", """
        if is_flag_set('a'):
            sys.exit(0)
     """, """
        if (reactive_is_flag_set (unit, "a"))
          {
            reactive_finish_hook (unit);
            return TRUE;
          }
     """),
    ("a sum is no text", """
        log(config('port') + 1)
        log('%d of %d' % (config('port'), config('ratio')))
     """, """
        reactive_log_printf (unit, REACTIVE_LOG_INFO, "%" G_GINT64_FORMAT,
            (gint64) (reactive_config_get_integer (unit, "port") + 1));
        reactive_log_printf (unit, REACTIVE_LOG_INFO, "%" G_GINT64_FORMAT " of %s",
            reactive_config_get_integer (unit, "port"), PORT_STRING ("web.py:2", "config('ratio')",
            reactive_config_get_double (unit, "ratio")));
     """),
    ("a loop that nothing known ends", """
        while config('host'):
            if compute():
                break
        while True:
            compute()
     """, """
        while (port_is_text (reactive_config_get_string (unit, "host"))
            && PORT_CONDITION ("web.py:1", "while config('host'), with what is left to do in it"))
          {
            if (PORT_CONDITION ("web.py:2", "compute()"))
              break;
          }
        while (PORT_CONDITION ("web.py:4", "while True, with what is left to do in it"))
          PORT_TODO ("web.py:5", "compute()");
     """),
    ("a try statement that nothing in C fails in", """
        while is_flag_set('a'):
            try:
                clear_flag('a')
                break
            except KeyError:
                set_flag('b')
     """, """
        while (reactive_is_flag_set (unit, "a"))
          {
            reactive_clear_flag (unit, "a");
            break;
            if (PORT_EXCEPT ("web.py:5", "except KeyError"))
              reactive_set_flag (unit, "b");
          }
     """),
    ("a way out that is computed", """
        sys.exit(compute())
     """, """
        PORT_TODO ("web.py:1", "sys.exit(compute())");
     """),
    ("a command that may fail", """
        try:
            check_call(['systemctl', 'daemon-reload'])
        except CalledProcessError as e:
            log('failed: {}'.format(e), ERROR)
            return
        set_flag('reloaded')
     """, """
        {
          g_autoptr (GError) failure = NULL;

          do
            {
              const char *const argv[] = { "systemctl", "daemon-reload", NULL };
              if (!port_run (unit, argv, 0, &failure))
                break;
            }
          while (FALSE);

          if (failure != NULL && port_has_failed (failure))
            {
              reactive_log_printf (unit, REACTIVE_LOG_ERROR, "failed: %s", failure->message);
              return TRUE;
            }
          if (failure != NULL)
            {
              g_propagate_error (error, g_steal_pointer (&failure));
              return FALSE;
            }
        }
        reactive_set_flag (unit, "reloaded");
     """),
    ("a try after an if in an else", """
        if is_flag_set('a'):
            log('a')
        else:
            if is_flag_set('b'):
                log('b')
            try:
                check_call(['true'])
            except Exception:
                log('c')
     """, """
        if (reactive_is_flag_set (unit, "a"))
          reactive_log (unit, REACTIVE_LOG_INFO, "a");
        else
          {
            if (reactive_is_flag_set (unit, "b"))
              reactive_log (unit, REACTIVE_LOG_INFO, "b");
            {
              g_autoptr (GError) failure = NULL;

              do
                {
                  const char *const argv[] = { "true", NULL };
                  if (!port_run (unit, argv, 0, &failure))
                    break;
                }
              while (FALSE);

              if (failure != NULL)
                reactive_log (unit, REACTIVE_LOG_INFO, "c");
            }
          }
     """),
    ("what no error of C comes to", """
        try:
            set_flag('a')
        except KeyError:
            set_flag('b')
        finally:
            set_flag('c')
     """, """
        reactive_set_flag (unit, "a");
        if (PORT_EXCEPT ("web.py:3", "except KeyError"))
          reactive_set_flag (unit, "b");
        reactive_set_flag (unit, "c");
     """),
    ("a result that outlives its block", """
        version = None
        if is_flag_set('a'):
            version = check_output(['web', '--version']).decode().strip()
        if version:
            hookenv.application_version_set(version)
     """, """
        g_autofree char *version = NULL;
        if (reactive_is_flag_set (unit, "a"))
          {
            const char *const argv[] = { "web", "--version", NULL };
            g_autofree char *output = reactive_run (unit, argv, 0, error);
            if (output == NULL)
              return FALSE;
            port_take_string (&version, port_strip (output, NULL));
          }
        if (port_is_text (version))
          reactive_set_application_version (unit, port_text_or_none (version));
     """),
    ("files", """
        path = os.path.join('/etc', 'web.conf')
        if not os.path.exists(path):
            with open(path, 'w') as stream:
                stream.write('port {}'.format(config('port')))
        with open(path) as stream:
            text = stream.read()
        log(text)
     """, """
        g_autofree char *text = NULL;
        g_autofree char *path = g_build_filename ("/etc", "web.conf", NULL);
        if (!port_test_file (unit, path, G_FILE_TEST_EXISTS))
          {
            g_autofree char *text2 = g_strdup_printf ("port %" G_GINT64_FORMAT, reactive_config_get_integer (unit, "port"));
            if (!port_write_file (unit, path, text2, error))
              return FALSE;
          }
        g_autofree char *contents = NULL;
        if (!port_read_file (unit, path, &contents, error))
          return FALSE;
        port_take_string (&text, g_steal_pointer (&contents));
        reactive_log (unit, REACTIVE_LOG_INFO, text);
     """),
    ("a block that needs a hand", """
        with host.chdir('/srv') as place, compute():
            set_flag('a')
     """, """
        if (PORT_CONDITION ("web.py:1", "with host.chdir('/srv') as place, compute()"))
          reactive_set_flag (unit, "a");
     """),
    ("services", """
        if host.service_restart('nginx'):
            clear_flag('restart')
        host.service_stop('other')
        host.service_pause('third')
        os.chmod('/etc/web', 0o640)
     """, """
        if (reactive_service_restart (unit, "nginx", NULL))
          reactive_clear_flag (unit, "restart");
        port_service (unit, "stop", "other");
        port_service (unit, "stop", "third");
        port_service (unit, "disable", "third");
        port_service (unit, "mask", "third");
        if (!port_change_mode (unit, "/etc/web", 0640, error))
          return FALSE;
     """),
    ("lists that grow", """
        missing = []
        cmd = ['web', '--port', str(config('port'))]
        for name in UNITS:
            if not is_flag_set(name):
                missing.append(name)
        if missing:
            status.blocked('missing: ' + ', '.join(missing))
            cmd += ['--force']
        check_call(cmd)
     """, """
        g_auto (GStrv) missing = g_new0 (char *, 1);
        g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, reactive_config_get_integer (unit, "port"));
        g_auto (GStrv) cmd = port_new_list ("web", "--port", text, NULL);
        const char *const items[] = { "a", "b", NULL };
        for (guint i = 0; i < port_list_length (items); i++)
          {
            const char *name = items[i];
            if (!reactive_is_flag_set (unit, name))
              port_append (&missing, name);
          }
        if (port_is_list ((const char *const *) missing))
          {
            g_autofree char *text2 = port_join (", ", (const char *const *) missing);
            reactive_status_blocked_printf (unit, "missing: %s", text2);
            const char *const list[] = { "--force", NULL };
            port_extend (&cmd, list);
          }
        if (!port_run (unit, (const char *const *) cmd, 0, error))
          return FALSE;
     """),
    ("a list that is changed by what has no C", """
        cmd = ['web']
        cmd.insert(0, 'sudo')
        check_call(cmd)
     """, """
        PORT_TODO ("web.py:1", "cmd = ['web']");
        PORT_TODO ("web.py:2", "cmd.insert(0, 'sudo')");
        PORT_TODO ("web.py:3", "check_call(cmd)");
     """),
    ("one list under two names", """
        first = ['a']
        second = first
        second.append('b')
        log(str(first))
     """, """
        PORT_TODO ("web.py:1", "first = ['a']");
        PORT_TODO ("web.py:2", "second = first");
        PORT_TODO ("web.py:3", "second.append('b')");
        reactive_log (unit, REACTIVE_LOG_INFO, PORT_STRING ("web.py:4", "first"));
     """),
    ("any and all of a list", """
        if any([config('host'), config('debug')]) and all((is_flag_set('a'), is_flag_set('b'))):
            log('yes')
     """, """
        if ((port_is_text (reactive_config_get_string (unit, "host")) || reactive_config_get_boolean (unit, "debug"))
            && (reactive_is_flag_set (unit, "a") && reactive_is_flag_set (unit, "b")))
          reactive_log (unit, REACTIVE_LOG_INFO, "yes");
     """),
    ("a choice", """
        name = config('host') or leader_get('name') or 'web'
        log(name)
     """, """
        const char *name = port_text_or (reactive_config_get_string (unit, "host"),
            port_text_or (reactive_leader_get (unit, "name"), "web"));
        reactive_log (unit, REACTIVE_LOG_INFO, name);
     """),
    ("what is asked in what is left to do", """
        render(config('port'), cfg=[config('host'), config('port')], flag=is_flag_set('a'))
        if is_flag_set('b') and compute(config('debug')):
            log(compute(config()['host']))
        elif compute(action_get('keep')):
            pass
        for name in compute(config('host')):
            pass
        with compute(config('port')):
            pass
        values = [config(name) for name in UNITS if config('debug')]
        def inner():
            return config('port')
        return compute(unitdata.kv().get('x'), data_changed('y', 1))
     """, """
        PORT_TODO ("web.py:1", "render(config('port'), cfg=[config('host'), config('port')], flag=is_flag_set('a'))",
            reactive_config_get_integer (unit, "port"), reactive_is_flag_set (unit, "a"),
            reactive_config_get_string (unit, "host"), reactive_config_get_integer (unit, "port"));
        if (reactive_is_flag_set (unit, "b") && PORT_CONDITION ("web.py:2", "compute(config('debug'))",
            reactive_config_get_boolean (unit, "debug")))
          {
            reactive_log (unit, REACTIVE_LOG_INFO, PORT_STRING ("web.py:3", "compute(config()['host'])",
                reactive_config_get_string (unit, "host")));
          }
        else if (PORT_CONDITION ("web.py:4", "compute(action_get('keep'))", reactive_action_get_integer (unit, "keep")))
          {
          }
        while (PORT_CONDITION ("web.py:6", "for name in compute(config('host'))",
            reactive_config_get_string (unit, "host")))
          {
          }
        if (PORT_CONDITION ("web.py:8", "with compute(config('port'))", reactive_config_get_integer (unit, "port")))
          {
          }
        PORT_TODO ("web.py:10", "values = [config(name) for name in UNITS if config('debug')]",
            reactive_config_get_boolean (unit, "debug"));
        PORT_TODO ("web.py:11", "def inner():");
        PORT_TODO ("web.py:13", "compute(unitdata.kv().get('x'), data_changed('y', 1))", reactive_kv_get (unit, "x"));
     """),
    ("what is left to do may fail", """
        import traceback
        try:
            compute()
        except KeyError as e:
            log('key {}'.format(e))
        except Exception as e:
            log(traceback.format_exc())
            hookenv.action_fail(str(e))
            raise
     """, """
        {
          g_autoptr (GError) failure = NULL;

          do
            {
              PORT_TODO ("web.py:3", "compute()");
            }
          while (FALSE);

          if (failure != NULL && PORT_EXCEPT ("web.py:4", "except KeyError"))
            reactive_log_printf (unit, REACTIVE_LOG_INFO, "key %s", failure->message);
          else if (failure != NULL)
            {
              reactive_log (unit, REACTIVE_LOG_INFO, failure->message);
              g_autofree char *text = g_strdup_printf ("%s", failure->message);
              reactive_action_fail (unit, text);
              g_propagate_error (error, g_error_copy (failure));
              return FALSE;
            }
        }
     """),
    ("a flag toggled by what is left to do", """
        toggle_flag('a', compute())
        toggle_flag('b', is_flag_set('a') and compute(config('port')))
     """, """
        reactive_toggle_flag (unit, "a", PORT_CONDITION ("web.py:1", "compute()"));
        reactive_toggle_flag (unit, "b", reactive_is_flag_set (unit, "a") && PORT_CONDITION ("web.py:2",
            "compute(config('port'))", reactive_config_get_integer (unit, "port")));
     """),
    ("the protocol of a port is an option", """
        hookenv.open_port(config('port'), protocol=config('flavour'))
     """, """
        g_autofree char *text = g_utf8_strdown (port_text (reactive_config_get_string (unit, "flavour")), -1);
        g_autofree char *port = g_strdup_printf ("%" G_GINT64_FORMAT "/%s", reactive_config_get_integer (unit, "port"),
            text);
        reactive_open_port (unit, port);
     """),
    ("a part of a list is no text", """
        first = [config('port'), 1][1:]
        last = 'abc'[::2]
        rest = unitdata.kv().get('list')[1:]
     """, """
        PORT_TODO ("web.py:1", "first = [config('port'), 1][1:]", reactive_config_get_integer (unit, "port"));
        PORT_TODO ("web.py:2", "last = 'abc'[::2]");
        PORT_TODO ("web.py:3", "rest = unitdata.kv().get('list')[1:]", reactive_kv_get (unit, "list"));
     """),
    ("variables named as C's", """
        unit = hookenv.local_unit()
        int = 3
        error = 'x'
        register = [x for x in UNITS]
        if int > 2:
            log(unit + error)
     """, """
        const char *unit_ = reactive_get_unit_name (unit);
        gint64 int_ = 3;
        const char *error_ = "x";
        PORT_TODO ("web.py:4", "register = [x for x in UNITS]");
        if (int_ > 2)
          reactive_log_printf (unit, REACTIVE_LOG_INFO, "%s%s", unit_, error_);
     """),
    ("what has no C", """
        numbers = sorted({x: x for x in UNITS})
        numbers[0] = yes if no else sorted(yes)
        del numbers
        class Inner:
            pass
        def inner():
            set_flag('inner')
        if (n := len(UNITS)) > 1:
            pass
     """, """
        PORT_TODO ("web.py:1", "numbers = sorted({x: x for x in UNITS})");
        PORT_TODO ("web.py:2", "numbers[0] = yes if no else sorted(yes)");
        PORT_TODO ("web.py:3", "del numbers");
        PORT_TODO ("web.py:4", "class Inner:");
        PORT_TODO ("web.py:6", "def inner():");
        if (PORT_CONDITION ("web.py:8", "(n := len(UNITS)) > 1"))
          {
          }
     """),
]


def squeeze(lines):
    """Lines without how they are broken."""
    return " ".join(" ".join(lines).split()).replace('" "', "")


@pytest.mark.parametrize("text, expected", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_body(text, expected):
    """What Python becomes."""
    lines = translate(text).lines
    assert max(map(len, lines)) <= 120, "\n".join(lines)
    if lines[-1] == "return TRUE;":
        lines = lines[:-1]
    assert squeeze(lines) == squeeze(textwrap.dedent(expected).split("\n")), "\n".join(lines)


def test_bodies_compile(tmp_path):
    """All of them in one file, without a warning."""
    bodies = {}
    for number, (_, text, _) in enumerate(CASES):
        item = translate(text)
        item.prototype = item.prototype.replace("handler (", f"handler{number} (")
        bodies[number] = item
    check_c(to_c(bodies), tmp_path / "bodies.c")
